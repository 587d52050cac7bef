/** A new quiz of a source, subject or the whole of it, and the ones before. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Quiz, QuizSummary } from "#server/features/study/quizzes/shapes.ts";
import { request } from "../../../api/client.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { CheckField, SelectField } from "../../../ui/field.tsx";
import { moment } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { choiceOf, SourceField, startOf } from "../cards/source-field.tsx";
import { quizzesQuery } from "../queries.ts";
import { StudyPage } from "../study-page.tsx";

const route = getRouteApi("/app/learn/quizzes");
const KINDS = ["choice", "typed", "cloze", "occlusion", "basic"] as const;

export function QuizzesPage() {
  const { t } = useTranslation();
  const quizzes = useQuery(quizzesQuery);
  return (
    <StudyPage title={t("study.quiz.title")} lead={t("study.quiz.lead")}>
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <NewQuiz />
        <section aria-labelledby="quizzes-before">
          <h2 id="quizzes-before" className="mb-3 font-semibold">
            {t("study.quiz.before")}
          </h2>
          <ErrorNotice error={quizzes.error} />
          {quizzes.data?.items.length === 0 && (
            <p className="text-sm text-soft">{t("study.quiz.noneBefore")}</p>
          )}
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card empty:hidden">
            {quizzes.data?.items.map((quiz) => (
              <li key={quiz.id}>
                <QuizLink quiz={quiz} />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </StudyPage>
  );
}

function QuizLink({ quiz }: { quiz: QuizSummary }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/learn/quizzes/$id"
      params={{ id: quiz.id }}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 hover:bg-sunken/60"
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          {quiz.subject ?? t(`study.quiz.modes.${quiz.mode}`)}
        </span>
        <span className="text-sm text-soft">{moment(quiz.created_at)}</span>
      </span>
      {quiz.completed_at ? (
        <span className="font-medium tabular-nums">
          {t("study.quiz.score", { right: quiz.right, of: quiz.of })}
        </span>
      ) : (
        <Badge tone="warning">{t("study.quiz.open")}</Badge>
      )}
    </Link>
  );
}

function NewQuiz() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const [from, setFrom] = useState(startOf(search));
  const [length, setLength] = useState(10);
  const [kinds, setKinds] = useState<readonly string[]>(["choice", "typed", "cloze", "occlusion"]);
  const [exam, setExam] = useState(false);
  const [minutes, setMinutes] = useState(15);
  const make = useMutation({
    mutationFn: () =>
      request<Quiz>("/quizzes", {
        method: "POST",
        json: {
          ...choiceOf(from),
          length,
          ...(kinds.length > 0 && kinds.length < KINDS.length ? { kinds } : {}),
          ...(exam
            ? { mode: "exam", ...(minutes > 0 ? { seconds_allowed: minutes * 60 } : {}) }
            : { mode: "practice" }),
        },
      }),
    onSuccess: ({ id }) => navigate({ to: "/learn/quizzes/$id", params: { id } }),
  });
  return (
    <form
      className="grid content-start gap-5 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-7"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <SourceField label={t("study.quiz.about")} value={from} onChange={setFrom} />
      <SelectField
        label={t("study.quiz.length")}
        value={length}
        onChange={(event) => setLength(Number(event.target.value))}
      >
        {[5, 10, 20, 30, 50].map((number) => (
          <option key={number}>{number}</option>
        ))}
      </SelectField>
      <Kinds kinds={kinds} onChange={setKinds} />
      <CheckField
        label={t("study.quiz.asExam")}
        hint={t("study.quiz.asExamHint")}
        checked={exam}
        onChange={(event) => setExam(event.target.checked)}
      />
      {exam && <Minutes value={minutes} onChange={setMinutes} />}
      <ErrorNotice error={make.error} />
      <Button
        type="submit"
        variant="primary"
        busy={make.isPending}
        disabled={from === "" || kinds.length === 0}
      >
        {t("study.quiz.start")}
      </Button>
    </form>
  );
}

function Kinds({
  kinds,
  onChange,
}: {
  kinds: readonly string[];
  onChange: (kinds: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t("study.suggest.kinds")}</legend>
      {KINDS.map((kind) => (
        <CheckField
          key={kind}
          label={t(`study.quiz.kinds.${kind}`)}
          checked={kinds.includes(kind)}
          onChange={(event) =>
            onChange(event.target.checked ? [...kinds, kind] : kinds.filter((one) => one !== kind))
          }
        />
      ))}
    </fieldset>
  );
}

function Minutes({ value, onChange }: { value: number; onChange: (minutes: number) => void }) {
  const { t } = useTranslation();
  return (
    <SelectField
      label={t("study.quiz.minutes")}
      value={value}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      <option value={0}>{t("study.quiz.noClock")}</option>
      {[5, 10, 15, 30, 45, 60, 90].map((number) => (
        <option key={number} value={number}>
          {t("study.quiz.minutesCount", { count: number })}
        </option>
      ))}
    </SelectField>
  );
}
