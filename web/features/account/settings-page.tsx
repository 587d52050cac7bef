import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";
import { SecuritySettings } from "../authentication/security-settings.tsx";

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("shell.settings")} width="narrow">
      <SecuritySettings />
    </Page>
  );
}
