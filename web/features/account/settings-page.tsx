import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("shell.settings")} width="narrow">
      {null}
    </Page>
  );
}
