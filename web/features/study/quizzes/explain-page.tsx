/** Teaching back: the student explains, the page holds it against the sources. */
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, CircleDashed } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Statement, TeachBack } from "#server/features/study/quizzes/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button } from "../../../ui/button.tsx";
import { dropDraft, useDraft } from "../../../ui/draft.ts";
import { TextArea } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { choiceOf, SourceField, startOf } from "../cards/source-field.tsx";
import { StudyPage } from "../study-page.tsx";
import { SpeakButton } from "./speak-button.tsx";
import { StatementCard } from "./statement-card.tsx";

const route = getRouteApi("/app/learn/explain");

export function ExplainPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const [from, setFrom] = useState(startOf(search));
  const draftKey = `explain:${startOf(search)}`;
  const { value: text, type: setText } = useDraft(draftKey, "");
  const compare = useMutation({
    mutationFn: () =>
      request<TeachBack>("/teach-backs", { method: "POST", json: { ...choiceOf(from), text } }),
    // The words stay on the screen to be improved; what was answered is no draft any more.
    onSuccess: () => dropDraft(draftKey),
  });
  return (
    <StudyPage title={t("study.explain.title")} lead={t("study.explain.lead")}>
      <form
        className="grid gap-5 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-7"
        onSubmit={(event) => {
          event.preventDefault();
          compare.mutate();
        }}
      >
        <SourceField label={t("study.explain.about")} value={from} onChange={setFrom} />
        <TextArea
          label={t("study.explain.text")}
          hint={t("study.explain.hint")}
          rows={9}
          required
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <ErrorNotice error={compare.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <SpeakButton
            onSaid={(said) => setText((before) => [before.trim(), said].filter(Boolean).join(" "))}
          />
          <Button
            type="submit"
            variant="primary"
            busy={compare.isPending}
            disabled={from === "" || text.trim() === ""}
          >
            {t("study.explain.compare")}
          </Button>
        </div>
      </form>
      <div aria-live="polite">{compare.data && <Outcome outcome={compare.data} />}</div>
    </StudyPage>
  );
}

const LOOKS = {
  contradicted: ["text-danger", CircleAlert],
  missed: ["text-warn", CircleDashed],
  covered: ["text-accent-ink", CircleCheck],
} as const;

function Outcome({ outcome }: { outcome: TeachBack }) {
  const { t } = useTranslation();
  const summary = useRef<HTMLParagraphElement>(null);
  useEffect(() => summary.current?.focus(), [outcome]);
  const all = outcome.covered.length + outcome.missed.length + outcome.contradicted.length;
  return (
    <div className="mt-8 grid gap-8">
      {/* The form is long: whoever compared is taken to what came of it. */}
      <p ref={summary} tabIndex={-1} className="scroll-mt-24 font-medium outline-none">
        {t("study.explain.summary", { covered: outcome.covered.length, of: all })}
      </p>
      {(["contradicted", "missed", "covered"] as const).map((verdict) => (
        <Verdict key={verdict} verdict={verdict} statements={outcome[verdict]} />
      ))}
    </div>
  );
}

function Verdict({
  verdict,
  statements,
}: {
  verdict: keyof typeof LOOKS;
  statements: Statement[];
}) {
  const { t } = useTranslation();
  const [look, Icon] = LOOKS[verdict];
  if (statements.length === 0) return null;
  return (
    <section aria-labelledby={`verdict-${verdict}`}>
      <h2
        id={`verdict-${verdict}`}
        className={`mb-3 flex items-center gap-2 font-semibold ${look}`}
      >
        <Icon className="size-5" aria-hidden="true" />
        {t(`study.explain.${verdict}`, { count: statements.length })}
      </h2>
      <ul className="grid gap-3">
        {statements.map((statement) => (
          <StatementCard key={statement.statement} statement={statement} verdict={verdict} />
        ))}
      </ul>
    </section>
  );
}
