/** A quiz that is taken: one question after the other, feedback at once or, in an exam, at the end. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Printer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Quiz, QuizResults } from "#server/features/study/quizzes/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { useKeys } from "../../../ui/keys.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { quizQuery } from "../queries.ts";
import { ExamClock } from "./exam-clock.tsx";
import { AskedQuestion } from "./question.tsx";
import { QuizResult } from "./quiz-result.tsx";

const route = getRouteApi("/app/learn/quizzes/$id");

export function QuizPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const quiz = useQuery(quizQuery(id));
  if (quiz.data) return <QuizView key={id} quiz={quiz.data} />;
  return (
    <Page title={t("study.quiz.title")} width="narrow">
      {quiz.error ? (
        <ErrorNotice error={quiz.error} />
      ) : (
        <Spinner className="mx-auto size-6 text-accent" />
      )}
    </Page>
  );
}

function QuizView({ quiz }: { quiz: Quiz }) {
  const { t } = useTranslation();
  const answered = quiz.questions.filter(({ right }) => right !== null).length;
  const [finished, setFinished] = useState(quiz.completed_at !== null);
  return (
    <Page
      title={t(`study.quiz.modes.${quiz.mode}`)}
      lead={quiz.subject}
      width="narrow"
      actions={
        finished ? undefined : quiz.mode === "exam" && quiz.seconds_allowed !== null ? (
          <ExamClock from={quiz.created_at} seconds={quiz.seconds_allowed} />
        ) : (
          answered === 0 && (
            <Link
              to="/learn/quizzes/$id/print"
              params={{ id: quiz.id }}
              className={buttonClass("quiet", "small")}
            >
              <Printer className="size-4" aria-hidden="true" /> {t("study.quiz.onPaper")}
            </Link>
          )
        )
      }
    >
      {finished ? (
        <QuizResult quiz={quiz} />
      ) : (
        <Taking
          quiz={quiz}
          first={quiz.mode === "practice" ? answered : 0}
          onEnd={() => setFinished(true)}
        />
      )}
    </Page>
  );
}

/** In practice each answer is sent and judged at once; in an exam they are handed in together. */
function useTaking(quiz: Quiz, first: number, onEnd: () => void) {
  const client = useQueryClient();
  const [at, setAt] = useState(Math.min(first, quiz.questions.length - 1));
  const [answers, setAnswers] = useKeptAnswers(quiz.id);
  const [result, setResult] = useState<QuizResults["results"][number]>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const question = quiz.questions[at]!;
  const isExam = quiz.mode === "exam";
  const isLast = at === quiz.questions.length - 1;

  async function send(ids: string[]) {
    setBusy(true);
    setError(undefined);
    try {
      const sent = await request<QuizResults>(`/quizzes/${quiz.id}/answers`, {
        method: "POST",
        json: { answers: ids.map((id) => ({ question_id: id, text: answers[id] ?? "" })) },
      });
      return sent.results;
    } catch (problem) {
      setError(problem);
      return undefined;
    } finally {
      setBusy(false);
    }
  }
  async function finish() {
    setAnswers({});
    await client.invalidateQueries({ queryKey: ["quiz", quiz.id] });
    onEnd();
  }
  async function check() {
    const results = await send([question.id]);
    setResult(results?.find((one) => one.question_id === question.id));
  }
  async function go() {
    if (busy) return;
    if (isExam && isLast) {
      if (await send(quiz.questions.map(({ id }) => id))) await finish();
    } else if (isExam) setAt(at + 1);
    else if (!result) {
      if ((answers[question.id] ?? "").trim() !== "") await check();
    } else if (isLast) await finish();
    else {
      setResult(undefined);
      setAt(at + 1);
    }
  }
  return {
    at,
    question,
    result,
    error,
    busy,
    isExam,
    isLast,
    given: answers[question.id] ?? "",
    give: (answer: string) => !result && setAnswers({ ...answers, [question.id]: answer }),
    back: () => setAt(at - 1),
    check,
    go,
  };
}

/** What was answered in an exam is still there after the tab was reloaded. */
function useKeptAnswers(id: string) {
  const key = `lm-quiz-${id}`;
  const [answers, setAnswers] = useState<Record<string, string>>(() => {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? "{}") as Record<string, string>;
    } catch {
      return {};
    }
  });
  return [
    answers,
    (next: Record<string, string>) => {
      setAnswers(next);
      try {
        sessionStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Storage may be blocked; the answers then last as long as the page.
      }
    },
  ] as const;
}

function Taking({ quiz, first, onEnd }: { quiz: Quiz; first: number; onEnd: () => void }) {
  const { t } = useTranslation();
  const taking = useTaking(quiz, first, onEnd);
  const { at, question, given, result, isExam, isLast } = taking;
  useKeys(t("study.quiz.title"), [
    { key: "Enter", label: t("study.quiz.next"), run: () => void taking.go() },
    ...(question.options ?? []).slice(0, 9).map((option, n) => ({
      key: String(n + 1),
      label: option,
      run: () => void taking.give(option),
    })),
  ]);
  return (
    <div className="grid gap-5">
      <div className="grid gap-2">
        <ProgressBar
          value={(at + (result ? 1 : 0)) / quiz.questions.length}
          label={t("study.quiz.progress")}
        />
        <p className="text-sm text-soft tabular-nums">
          {t("study.quiz.questionOf", { number: at + 1, of: quiz.questions.length })}
        </p>
      </div>
      <AskedQuestion
        key={question.id}
        question={question}
        given={given}
        result={result}
        onGiven={taking.give}
        onSubmit={() => void taking.go()}
      />
      <ErrorNotice error={taking.error} />
      <div className="flex flex-wrap justify-end gap-2">
        {isExam && at > 0 && (
          <Button className="mr-auto" onClick={taking.back}>
            {t("study.quiz.back")}
          </Button>
        )}
        {!isExam && !result && (
          <Button variant="plain" disabled={taking.busy} onClick={() => void taking.check()}>
            {t("study.quiz.dontKnow")}
          </Button>
        )}
        <Button
          variant="primary"
          busy={taking.busy}
          disabled={!isExam && !result && given.trim() === ""}
          onClick={() => void taking.go()}
        >
          {isExam
            ? t(isLast ? "study.quiz.handIn" : "study.quiz.next")
            : result
              ? t(isLast ? "study.quiz.showResult" : "study.quiz.next")
              : t("study.quiz.check")}
        </Button>
      </div>
    </div>
  );
}
