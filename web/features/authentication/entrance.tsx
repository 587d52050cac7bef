/** The quiet frame of the pages before the login. */
import { useEffect, type ReactNode } from "react";
import { Monster } from "../../ui/monster.tsx";

export function Entrance({
  title,
  lead,
  children,
  below,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Little Monster`;
  }, [title]);
  return (
    <main className="flex min-h-dvh flex-col items-center px-4 py-10 sm:justify-center">
      <div className="w-full max-w-md">
        <div className="mb-8 flex flex-col items-center text-center">
          <Monster className="mb-4 size-14" />
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {lead && <p className="mt-2 text-balance text-soft">{lead}</p>}
        </div>
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-card sm:p-8">
          {children}
        </div>
        {below && <p className="mt-6 text-center text-[0.9375rem] text-soft">{below}</p>}
      </div>
    </main>
  );
}

export const textLink =
  "font-medium text-accent-ink underline decoration-accent/40 underline-offset-4 hover:decoration-accent";
