import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { InstallationSection } from "../search/measurements/installation-section.tsx";
import { AccountsSection } from "./accounts-section.tsx";
import { EnginesTab } from "./engines/engines-tab.tsx";
import { HealthSection } from "./health-section.tsx";
import { InvitationsSection } from "./invitations-section.tsx";
import { MailsSection } from "./mails-section.tsx";
import { QueueSection } from "./queue-section.tsx";
import { ADMINISTRATION_TABS } from "./tabs.ts";

export function AdministrationPage() {
  const { t } = useTranslation();
  const { tab = "health" } = useSearch({ from: "/app/administration" });
  return (
    <Page title={t("shell.administration")}>
      <Tabs
        label={t("shell.administration")}
        current={tab}
        tabs={ADMINISTRATION_TABS.map((name) => ({
          name,
          label: t(`administration.tabs.${name}`),
          link: { to: "/administration", search: { tab: name } },
        }))}
      />
      <div>
        {tab === "health" && <HealthSection />}
        {tab === "engines" && <EnginesTab />}
        {tab === "people" && (
          <>
            <AccountsSection />
            <InvitationsSection />
          </>
        )}
        {tab === "queue" && (
          <>
            <MailsSection />
            <QueueSection />
            <InstallationSection />
          </>
        )}
      </div>
    </Page>
  );
}
