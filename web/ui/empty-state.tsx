import type { ReactNode } from "react";
import { Monster } from "./monster.tsx";

/** Says what is not here yet, and what to do next. */
export function EmptyState({
  title,
  children,
  action,
  heading: Heading = "h2",
}: {
  title: string;
  /** `h1` where it is the whole page. */
  heading?: "h1" | "h2";
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div
      className={
        "flex flex-col items-center rounded-2xl border border-dashed border-line-strong px-6 " +
        "py-12 text-center"
      }
    >
      <Monster className="mb-4 size-14" />
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children && <div className="mt-1.5 max-w-md text-soft">{children}</div>}
      {action && <div className="mt-6 flex flex-wrap justify-center gap-3">{action}</div>}
    </div>
  );
}
