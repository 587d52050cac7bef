/** The frame of the pages of learning: their places one beside the other. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";

const PLACES = [
  ["/learn", "cards"],
  ["/learn/quizzes", "quizzes"],
  ["/learn/explain", "explain"],
  ["/learn/progress", "progress"],
  ["/learn/settings", "settings"],
] as const;

export function StudyPage({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Page title={title} lead={lead} actions={actions}>
      <nav
        aria-label={t("study.places.label")}
        className="-mx-4 mb-6 flex gap-1 overflow-x-auto border-b border-line px-4 print:hidden sm:mx-0 sm:px-0"
      >
        {PLACES.map(([to, name]) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: true, includeSearch: false }}
            className={
              "-mb-px flex min-h-11 shrink-0 items-center border-b-2 border-transparent px-3 " +
              "text-[0.9375rem] font-medium text-soft hover:text-ink " +
              "aria-[current=page]:border-accent aria-[current=page]:text-accent-ink"
            }
          >
            {t(`study.places.${name}`)}
          </Link>
        ))}
      </nav>
      {children}
    </Page>
  );
}
