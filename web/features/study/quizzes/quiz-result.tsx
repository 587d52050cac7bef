import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Printer } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CardsOfMistakes, Question, Quiz } from "#server/features/study/quizzes/shapes.ts";
import { request } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { percent } from "../../../ui/format.ts";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Feedback, QuestionText } from "./question.tsx";

export function QuizResult({ quiz }: { quiz: Quiz }) {
  const { t } = useTranslation();
  const wrong = quiz.questions.filter(({ right }) => right === false);
  const unmade = wrong.filter(({ card_id }) => card_id === null);
  const late =
    quiz.seconds_allowed !== null &&
    quiz.completed_at !== null &&
    Date.parse(quiz.completed_at) - Date.parse(quiz.created_at) >
      (quiz.seconds_allowed + 10) * 1000;
  const keep = useMutation({
    mutationFn: () => request<CardsOfMistakes>(`/quizzes/${quiz.id}/cards`, { method: "POST" }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["quiz", quiz.id] }),
  });
  return (
    <div className="grid gap-6">
      <section
        aria-label={t("study.quiz.result")}
        className="rounded-2xl border border-line bg-surface p-6 text-center shadow-card"
      >
        <p className="text-4xl font-semibold tabular-nums">
          {percent(quiz.right / Math.max(1, quiz.of))}
        </p>
        <p className="mt-1 text-soft">
          {t("study.quiz.scoreText", { right: quiz.right, of: quiz.of })}
        </p>
        {late && <p className="mt-2 text-sm text-warn">{t("study.quiz.late")}</p>}
        <div className="mt-5 flex flex-wrap justify-center gap-2 print:hidden">
          {unmade.length > 0 && (
            <Button variant="primary" busy={keep.isPending} onClick={() => keep.mutate()}>
              {t("study.quiz.makeCards", { count: unmade.length })}
            </Button>
          )}
          <Link to="/learn/quizzes" className={buttonClass("quiet")}>
            {t("study.quiz.another")}
          </Link>
          <Link
            to="/learn/quizzes/$id/print"
            params={{ id: quiz.id }}
            className={buttonClass("quiet")}
          >
            <Printer className="size-4" aria-hidden="true" /> {t("study.print.print")}
          </Link>
        </div>
      </section>
      <ErrorNotice error={keep.error} />
      {keep.data && (
        <Notice
          action={
            <Link to="/learn/review" className={buttonClass("quiet", "small")}>
              {t("study.review.title")}
            </Link>
          }
        >
          {t("study.card.added", { count: keep.data.items.length })}
        </Notice>
      )}
      <ol className="grid gap-4">
        {quiz.questions.map((question) => (
          <Answered key={question.id} question={question} />
        ))}
      </ol>
    </div>
  );
}

function Answered({ question }: { question: Question }) {
  const { t } = useTranslation();
  const { number, answer, right, right_answer, witness, card_id } = question;
  return (
    <li className="break-inside-avoid rounded-2xl border border-line bg-surface p-5">
      <div className="flex gap-3">
        <span className="text-soft tabular-nums">{number}.</span>
        <div className="min-w-0 flex-1">
          <QuestionText question={question} shown />
          <p className="mt-2 text-sm text-soft">
            {answer ? t("study.quiz.youSaid", { answer }) : t("study.quiz.noAnswer")}
          </p>
          <Feedback
            result={{
              question_id: question.id,
              right: right === true,
              answer: answer ?? "",
              right_answer: right_answer ?? "",
              witness,
            }}
          />
          {card_id && right === false && (
            <Link
              to="/learn/cards/$id"
              params={{ id: card_id }}
              className="mt-3 inline-block text-sm text-accent-ink underline underline-offset-4"
            >
              {t("study.suggest.open")}
            </Link>
          )}
        </div>
      </div>
    </li>
  );
}
