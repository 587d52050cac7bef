import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { sentenceOf } from "../api/problem.ts";
import { classes } from "./classes.ts";

const LOOKS = {
  info: ["bg-accent-soft text-accent-ink", Info],
  warning: ["bg-warn-soft text-warn", TriangleAlert],
  error: ["bg-danger-soft text-danger", CircleAlert],
} as const;

export function Notice({
  tone = "info",
  children,
  action,
}: {
  tone?: keyof typeof LOOKS;
  children: ReactNode;
  action?: ReactNode;
}) {
  const [look, Icon] = LOOKS[tone];
  return (
    <div
      role={tone === "error" ? "alert" : "status"}
      className={classes(
        "flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl px-4 py-3 text-sm",
        look,
      )}
    >
      <Icon className="size-4.5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-48 leading-relaxed">{children}</div>
      {action}
    </div>
  );
}

/** The sentence of a failed request, once; nothing when there is none. */
export function ErrorNotice({ error, action }: { error: unknown; action?: ReactNode }) {
  if (!error) return null;
  return (
    <Notice tone="error" action={action}>
      {sentenceOf(error)}
    </Notice>
  );
}
