import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button, buttonClass } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto max-w-2xl px-4 py-16">
      <EmptyState
        title={t("errors.notFoundTitle")}
        action={
          <Link to="/" className={buttonClass("primary")}>
            {t("errors.home")}
          </Link>
        }
      >
        {t("errors.notFoundText")}
      </EmptyState>
    </div>
  );
}

export function FailedPage({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <div className="mx-auto max-w-2xl px-4 py-16" role="alert">
      <EmptyState
        title={t("errors.failedTitle")}
        action={
          <Button variant="primary" onClick={() => void router.invalidate()}>
            {t("common.tryAgain")}
          </Button>
        }
      >
        {error instanceof Error ? error.message : t("errors.unknown")}
      </EmptyState>
    </div>
  );
}
