import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Problem, sentenceOf } from "../../api/problem.ts";
import { PageOutdated } from "../../fetch-part.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

export function NotFoundPage() {
  const { t } = useTranslation();
  return <NothingHere title={t("errors.notFoundTitle")} text={t("errors.notFoundText")} />;
}

export function AdministratorsOnlyPage() {
  const { t } = useTranslation();
  return (
    <NothingHere
      title={t("administration.onlyTitle")}
      text={t("administration.onlyText", { where: t("shell.settings") })}
    />
  );
}

function NothingHere({ title, text }: { title: string; text: string }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Little Monster`;
  }, [title]);
  return (
    <div className="mx-auto max-w-2xl px-4 py-16">
      <EmptyState
        heading="h1"
        title={title}
        action={
          <Link to="/" className={buttonClass("primary")}>
            {t("errors.home")}
          </Link>
        }
      >
        {text}
      </EmptyState>
    </div>
  );
}

/** A failure of the page itself. What the connection caused mends itself when it is back. */
export function FailedPage({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const outdated = error instanceof PageOutdated;
  const awayForNow = error instanceof Problem && (error.status === 0 || error.status >= 500);
  useEffect(() => {
    if (!awayForNow) return;
    const again = () => void router.invalidate();
    const timer = setInterval(again, 5000);
    addEventListener("online", again);
    return () => {
      clearInterval(timer);
      removeEventListener("online", again);
    };
  }, [awayForNow, router]);
  return (
    <div className="mx-auto max-w-2xl px-4 py-16" role="alert">
      <EmptyState
        heading="h1"
        title={outdated ? t("errors.outdatedTitle") : t("errors.failedTitle")}
        action={
          <Button
            variant="primary"
            onClick={() => (outdated ? location.reload() : void router.invalidate())}
          >
            {outdated ? t("errors.outdatedLoad") : t("common.tryAgain")}
          </Button>
        }
      >
        {outdated ? t("errors.outdatedText") : sentenceOf(error)}
      </EmptyState>
    </div>
  );
}
