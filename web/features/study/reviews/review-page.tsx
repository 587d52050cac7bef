/** One card after the other: Space shows the answer, 1 to 4 rates it; on a phone by the thumb. */
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { AskedCardView } from "./asked-card.tsx";
import { NothingDue } from "./nothing-due.tsx";
import { leftOf, type Counts } from "./session.ts";
import { useReview } from "./use-review.ts";

const route = getRouteApi("/app/learn/review");

export function ReviewPage() {
  const { subject } = route.useSearch();
  return <Reviewing key={subject ?? ""} subject={subject} />;
}

function Reviewing({ subject }: { subject: string | undefined }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { sitting, current, done, error, unsent, review } = useReview(subject);
  const [handsFree, setHandsFree] = useState(false);
  const undoable = done > 0 || unsent > 0 || sitting?.last_review != null;
  // What the page shows elsewhere is of before this sitting.
  useEffect(() => () => void client.invalidateQueries({ queryKey: ["study"] }), [client]);
  return (
    <Page
      title={subject ? t("study.review.titleOf", { subject }) : t("study.review.title")}
      width="narrow"
    >
      <div className="grid gap-4">
        <Trouble error={error} unsent={unsent} onRetry={() => void review.send()} />
        {sitting && (current || done > 0) && <Progress done={done} counts={sitting.counts} />}
        {current ? (
          <AskedCardView
            key={`${current.id} ${done}`}
            card={current}
            review={review}
            undoable={undoable}
            handsFree={handsFree}
            onHandsFree={setHandsFree}
          />
        ) : sitting ? (
          <NothingDue
            done={done}
            undoable={undoable}
            next={sitting.next_due_at}
            subject={subject}
            onUndo={() => void review.undo()}
          />
        ) : (
          !error && <Spinner className="mx-auto size-6 text-accent" />
        )}
      </div>
    </Page>
  );
}

/** What could not be sent lies on this device, and the student may go on. */
function Trouble({
  error,
  unsent,
  onRetry,
}: {
  error: unknown;
  unsent: number;
  onRetry: () => void;
}) {
  const { t } = useTranslation();
  const again = (
    <Button size="small" onClick={onRetry}>
      {t("common.tryAgain")}
    </Button>
  );
  if (!error || unsent === 0) return <ErrorNotice error={error} action={again} />;
  return (
    <Notice tone="warning" action={again}>
      {error instanceof Problem && error.status !== 0 && `${error.message} `}
      {t("study.review.unsent", { count: unsent })}
    </Notice>
  );
}

function Progress({ done, counts }: { done: number; counts: Counts }) {
  const { t } = useTranslation();
  const left = leftOf(counts);
  return (
    <div className="grid gap-2">
      <ProgressBar value={done / Math.max(1, done + left)} label={t("study.review.progress")} />
      <p className="flex flex-wrap justify-between gap-x-4 text-sm text-soft tabular-nums">
        <span>{t("study.review.done", { count: done })}</span>
        <span className="flex flex-wrap gap-x-3">
          <span>{t("study.review.newLeft", { count: counts.new })}</span>
          <span>{t("study.review.learningLeft", { count: counts.learning })}</span>
          <span>{t("study.review.reviewLeft", { count: counts.review })}</span>
        </span>
      </p>
    </div>
  );
}
