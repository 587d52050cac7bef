/** Names and terms of a subject: a recogniser hears them better, and misheard words are found by them. */
import { useTranslation } from "react-i18next";
import { AddTerm, Terms } from "../../vocabulary/terms.tsx";

export function SubjectVocabulary({ subject }: { subject: string }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="vocabulary" className="grid gap-3">
      <div>
        <h2 id="vocabulary" className="font-semibold">
          {t("vocabulary.title")}
        </h2>
        <p className="mt-0.5 text-sm text-soft">{t("study.subject.vocabularyText")}</p>
      </div>
      <Terms subject={subject} compact />
      <AddTerm subject={subject} />
    </section>
  );
}
