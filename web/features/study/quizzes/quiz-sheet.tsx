/** A quiz on paper: the questions with room for answers, and the answers on a page of their own. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Printer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Question, Quiz } from "#server/features/study/quizzes/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button } from "../../../ui/button.tsx";
import { CheckField } from "../../../ui/field.tsx";
import { day } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { QuestionText } from "./question.tsx";

const route = getRouteApi("/app/learn/quizzes/$id/print");

export function QuizSheet() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const [withAnswers, setWithAnswers] = useState(true);
  const quiz = useQuery({
    queryKey: ["quiz", id, "sheet"],
    queryFn: ({ signal }) => request<Quiz>(`/quizzes/${id}`, { query: { answers: "all" }, signal }),
  });
  if (!quiz.data)
    return (
      <Page title={t("study.quiz.onPaper")} width="narrow">
        <ErrorNotice error={quiz.error} />
        {quiz.isPending && <Spinner className="mx-auto size-6 text-accent" />}
      </Page>
    );
  const { questions, subject, mode, created_at: made } = quiz.data;
  return (
    <Page
      title={t("study.quiz.onPaper")}
      heading={subject ?? t(`study.quiz.modes.${mode}`)}
      lead={`${t("study.quiz.questionCount", { count: questions.length })} · ${day(made)}`}
      width="narrow"
    >
      <div className="mb-6 flex flex-wrap items-center justify-between gap-4 print:hidden">
        <CheckField
          label={t("study.quiz.withAnswers")}
          checked={withAnswers}
          onChange={(event) => setWithAnswers(event.target.checked)}
        />
        <Button variant="primary" onClick={() => print()}>
          <Printer className="size-4" aria-hidden="true" /> {t("study.print.print")}
        </Button>
      </div>
      <ol className="grid list-decimal gap-6 pl-8">
        {questions.map((question) => (
          <li key={question.id} className="break-inside-avoid">
            <QuestionText question={question} shown={false} />
            <RoomForAnswer question={question} />
          </li>
        ))}
      </ol>
      {withAnswers && (
        <section aria-labelledby="answers-apart" className="mt-10 break-before-page">
          <h2 id="answers-apart" className="mb-4 text-lg font-semibold">
            {t("study.print.answers")}
          </h2>
          <ol className="grid list-decimal gap-3 pl-8 text-[0.9375rem]">
            {questions.map(({ id: key, right_answer: right, witness }) => (
              <li key={key} className="break-inside-avoid">
                <p className="font-medium">{right}</p>
                {witness && (
                  <p className="text-sm text-soft">
                    “{witness.quote.replace(/\s+/g, " ")}” ({witness.source.title}
                    {witness.start_seconds !== undefined
                      ? `, ${clock(witness.start_seconds)}`
                      : witness.page !== undefined &&
                        `, ${t("material.page", { page: witness.page })}`}
                    )
                  </p>
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
    </Page>
  );
}

function RoomForAnswer({ question: { kind, options } }: { question: Question }) {
  if (kind === "choice" && options)
    return (
      <ul className="mt-2 grid gap-1.5">
        {options.map((option) => (
          <li key={option} className="flex items-baseline gap-2.5">
            <span
              aria-hidden="true"
              className="inline-block size-3.5 shrink-0 rounded-sm border border-line-strong"
            />
            {option}
          </li>
        ))}
      </ul>
    );
  return (
    <div
      aria-hidden="true"
      className={
        kind === "basic"
          ? "mt-8 h-14 border-y border-dotted border-line-strong"
          : "mt-8 border-b border-dotted border-line-strong"
      }
    />
  );
}
