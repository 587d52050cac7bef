import type { ReactNode } from "react";

/** One subject of the settings. */
export function Section({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="border-t border-line py-6 first:border-t-0 first:pt-0">
      <h2 className="text-lg font-semibold">{title}</h2>
      {lead && <p className="mt-1 text-sm text-soft">{lead}</p>}
      <div className="mt-4 grid gap-4">{children}</div>
    </section>
  );
}

export function Row({
  title,
  detail,
  action,
}: {
  title: ReactNode;
  detail?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5 sm:flex-nowrap">
      <div className="min-w-0">
        <p className="truncate text-[0.9375rem]">{title}</p>
        {detail && <p className="truncate text-sm text-soft">{detail}</p>}
      </div>
      {action}
    </li>
  );
}

export const rows = "divide-y divide-line";
