/** Cards on paper: beside each other to fold and cut, or questions with their answers apart. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Printer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Card } from "#server/features/study/cards/shapes.ts";
import { requestAll } from "../../../api/all-pages.ts";
import { Button } from "../../../ui/button.tsx";
import { SelectField } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { subjectsQuery } from "../queries.ts";
import { AnswerSide, QuestionSide } from "./card-sides.tsx";

const route = getRouteApi("/app/learn/print");
/** More would be a book, and the browser slow. */
const MOST = 600;

export function PrintPage() {
  const { t } = useTranslation();
  const { subject: first = "" } = route.useSearch();
  const [subject, setSubject] = useState(first);
  const [apart, setApart] = useState(false);
  const subjects = useQuery(subjectsQuery).data ?? [];
  const cards = useQuery({
    queryKey: ["cards", "print", subject],
    queryFn: () => allCards(subject),
  });
  return (
    <Page title={t("study.print.title")}>
      <div className="mb-6 grid gap-4 print:hidden sm:grid-cols-[1fr_1fr_auto] sm:items-end">
        <SelectField
          label={t("common.subject")}
          value={subject}
          onChange={(event) => setSubject(event.target.value)}
        >
          <option value="">{t("library.allSubjects")}</option>
          {subjects.map((one) => (
            <option key={one.subject}>{one.subject}</option>
          ))}
        </SelectField>
        <SelectField
          label={t("study.print.layout")}
          value={apart ? "apart" : "fold"}
          onChange={(event) => setApart(event.target.value === "apart")}
        >
          <option value="fold">{t("study.print.fold")}</option>
          <option value="apart">{t("study.print.apart")}</option>
        </SelectField>
        <Button variant="primary" disabled={!cards.data?.length} onClick={() => print()}>
          <Printer className="size-4" aria-hidden="true" /> {t("study.print.print")}
        </Button>
      </div>
      <ErrorNotice error={cards.error} />
      {cards.isPending && <Spinner className="mx-auto size-6 text-accent" />}
      {cards.data?.length === 0 && (
        <p className="py-12 text-center text-soft">{t("study.cards.nothingMatches")}</p>
      )}
      {cards.data && cards.data.length >= MOST && (
        <p className="mb-4 text-sm text-soft print:hidden">
          {t("study.print.most", { count: MOST })}
        </p>
      )}
      {cards.data && (apart ? <Apart cards={cards.data} /> : <Fold cards={cards.data} />)}
    </Page>
  );
}

async function allCards(subject: string) {
  const all = await requestAll<Card>("/cards", {
    query: { subject: subject || undefined, limit: 200 },
    most: MOST,
  });
  return all.slice(0, MOST);
}

/** Question left, answer right: fold along the middle, cut along the lines. */
function Fold({ cards }: { cards: Card[] }) {
  return (
    <ul className="text-[0.9375rem]">
      {cards.map((card) => (
        <li
          key={card.id}
          className={
            "grid min-h-28 break-inside-avoid grid-cols-2 border-x border-b border-dashed " +
            "border-line-strong first:border-t"
          }
        >
          <div className="flex flex-col justify-center border-r border-dotted border-line-strong p-4 text-center">
            <QuestionSide card={card} />
          </div>
          <div className="flex flex-col justify-center p-4 text-center">
            <Answer card={card} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Apart({ cards }: { cards: Card[] }) {
  const { t } = useTranslation();
  return (
    <div className="text-[0.9375rem]">
      <ol className="grid list-decimal gap-4 pl-8">
        {cards.map((card) => (
          <li key={card.id} className="break-inside-avoid">
            <QuestionSide card={card} />
          </li>
        ))}
      </ol>
      <h2 className="mt-10 mb-4 break-before-page text-lg font-semibold">
        {t("study.print.answers")}
      </h2>
      <ol className="grid list-decimal gap-3 pl-8">
        {cards.map((card) => (
          <li key={card.id} className="break-inside-avoid">
            <Answer card={card} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Answer({ card }: { card: Card }) {
  if (card.kind === "choice") return <p>{card.back}</p>;
  return (
    <>
      {(card.kind === "cloze" || card.kind === "occlusion") && <QuestionSide card={card} shown />}
      <AnswerSide card={card} />
    </>
  );
}
