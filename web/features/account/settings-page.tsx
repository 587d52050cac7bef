import { Link, useSearch } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../api/session.ts";
import { APPEARANCES, chosenAppearance, setAppearance, type Appearance } from "../../appearance.ts";
import { LANGUAGES, setLanguage, type Language } from "../../i18n.ts";
import { buttonClass } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { toastError } from "../../ui/toast.tsx";
import { EmailSection } from "../authentication/email-section.tsx";
import { ProfileSection } from "../authentication/profile-section.tsx";
import { SecuritySettings } from "../authentication/security-settings.tsx";
import { Section } from "../authentication/settings-section.tsx";
import { DeletionSection, ScheduledDeletion } from "./deletion-section.tsx";
import { ErasureSection } from "./erasure-section.tsx";
import { ExportSection } from "./export-section.tsx";
import { ImportSection } from "./import-section.tsx";
import { LogOutButton } from "./log-out-button.tsx";
import { OfflineSection } from "./offline-section.tsx";
import { QuotaSection } from "./quota-section.tsx";
import { SETTINGS_TABS } from "./tabs.ts";
import { VoicesSection } from "./voices-section.tsx";

export function SettingsPage() {
  const { t } = useTranslation();
  const { user } = useSession();
  const search = useSearch({ from: "/app/settings" });
  // The letter that confirms a deletion leads to where it is asked for.
  const tab = search.tab ?? (search.delete === undefined ? "general" : "data");
  return (
    <Page
      title={t("shell.settings")}
      width="narrow"
      actions={
        <>
          {user?.role === "administrator" && (
            <Link to="/administration" className={`${buttonClass("quiet")} md:hidden`}>
              <ShieldCheck className="size-4" aria-hidden="true" /> {t("shell.administration")}
            </Link>
          )}
          <LogOutButton />
        </>
      }
    >
      <ScheduledDeletion />
      <Tabs
        label={t("shell.settings")}
        current={tab}
        tabs={SETTINGS_TABS.map((name) => ({
          name,
          label: t(`settings.tabs.${name}`),
          link: { to: "/settings", search: { tab: name } },
        }))}
      />
      {/* The first section of a tab has no line above it. */}
      <div>
        {tab === "general" && <General />}
        {tab === "account" && (
          <>
            <ProfileSection />
            <EmailSection />
          </>
        )}
        {tab === "security" && <SecuritySettings />}
        {tab === "data" && (
          <>
            <ExportSection />
            <ImportSection />
            <ErasureSection />
            <DeletionSection />
          </>
        )}
      </div>
    </Page>
  );
}

function General() {
  const { t } = useTranslation();
  return (
    <>
      <PageSection />
      <VoicesSection />
      <OfflineSection />
      <QuotaSection />
      <Section title={t("settings.course")}>
        <p className="flex flex-wrap gap-3">
          <Link to="/vocabulary" className={buttonClass("quiet")}>
            {t("vocabulary.open")}
          </Link>
          <Link to="/settings/search" className={buttonClass("quiet")}>
            {t("quality.open")}
          </Link>
        </p>
      </Section>
    </>
  );
}

/** How the page looks and speaks; kept in this browser. */
function PageSection() {
  const { t, i18n } = useTranslation();
  const [appearance, choose] = useState(chosenAppearance);
  return (
    <Section title={t("settings.page")} lead={t("settings.pageLead")}>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t("settings.language")}
          value={i18n.language}
          onChange={(event) => {
            setLanguage(event.target.value as Language).catch(toastError);
          }}
        >
          {Object.entries(LANGUAGES).map(([language, name]) => (
            <option key={language} value={language} lang={language}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t("settings.appearance")}
          value={appearance}
          onChange={(event) => {
            const chosen = event.target.value as Appearance;
            choose(chosen);
            setAppearance(chosen);
          }}
        >
          {APPEARANCES.map((one) => (
            <option key={one} value={one}>
              {t(`settings.appearances.${one}`)}
            </option>
          ))}
        </SelectField>
      </div>
    </Section>
  );
}
