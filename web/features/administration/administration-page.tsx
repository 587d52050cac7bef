import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";

export function AdministrationPage() {
  const { t } = useTranslation();
  return <Page title={t("shell.administration")}>{null}</Page>;
}
