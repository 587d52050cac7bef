/** Administration, Engines: what this installation uses, what it could use, and what each needs. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { EmbeddingsPart } from "./embeddings-part.tsx";
import { JobsModelPart, LanguageModelPart } from "./language-model-part.tsx";
import { AddressPart, MailPart, RegistrationPart, VoicesPart } from "./other-parts.tsx";
import { RecognitionPart } from "./recognition-part.tsx";
import { useInstallation } from "./use-engines.ts";

export function EnginesTab() {
  const { t } = useTranslation();
  const { used, installation, error } = useInstallation();
  const isThere = installation !== undefined;
  // What a link names comes after the page.
  useEffect(() => {
    const name = isThere && location.hash.slice(1);
    if (name) document.getElementById(name)?.scrollIntoView();
  }, [isThere]);
  if (!used || !installation)
    return error ? (
      <ErrorNotice error={error} />
    ) : (
      <Spinner className="mx-auto size-6 text-accent" />
    );
  const parts = { used, installation };
  return (
    <>
      <p className="mb-6 max-w-[68ch] text-soft">{t("engines.lead")}</p>
      {installation.needs_restart && <Notice tone="warning">{t("engines.needsRestart")}</Notice>}
      {installation.refused.length > 0 && (
        <div className="mb-6">
          <Notice tone="warning">
            {t("engines.refused")}
            <ul lang="en" className="mt-1 list-disc ps-5">
              {installation.refused.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
      <RecognitionPart {...parts} />
      <LanguageModelPart {...parts} />
      <JobsModelPart {...parts} />
      <EmbeddingsPart {...parts} />
      <VoicesPart {...parts} />
      <MailPart {...parts} />
      <AddressPart {...parts} />
      <RegistrationPart {...parts} />
    </>
  );
}
