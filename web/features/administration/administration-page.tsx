import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";
import { InstallationSection } from "../search/measurements/installation-section.tsx";
import { AccountsSection } from "./accounts-section.tsx";
import { InvitationsSection } from "./invitations-section.tsx";
import { MailsSection } from "./mails-section.tsx";
import { QueueSection } from "./queue-section.tsx";

export function AdministrationPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("shell.administration")}>
      <AccountsSection />
      <InvitationsSection />
      <MailsSection />
      <QueueSection />
      <InstallationSection />
    </Page>
  );
}
