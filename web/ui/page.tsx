/** The frame of a page: its heading takes the focus after a navigation, so that a screen reader says where one is. */
import { useEffect, useRef, type ReactNode } from "react";
import { classes } from "./classes.ts";

export function Page({
  title,
  heading,
  lead,
  actions,
  width = "wide",
  children,
}: {
  /** For the window's title. */
  title: string;
  /** Shown instead of the title where it is more than text. */
  heading?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  /** `two`: room for a second column. */
  width?: "two" | "wide" | "narrow";
  children: ReactNode;
}) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Little Monster`;
  }, [title]);
  useEffect(() => {
    // Not on the first load: there the browser starts at the top, with the skip link.
    // A field that the page itself chose keeps the focus.
    const main = ref.current?.closest("main");
    const chosen =
      document.activeElement !== main && main?.contains(document.activeElement) === true;
    if (navigated && !chosen) ref.current?.focus({ preventScroll: true });
    navigated = true;
  }, []);
  return (
    <div
      className={classes(
        "mx-auto w-full px-4 pt-6 pb-28 sm:px-8 sm:pt-10 md:pb-16",
        width === "two" ? "max-w-[84rem]" : width === "wide" ? "max-w-5xl" : "max-w-2xl",
      )}
    >
      <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-4 sm:mb-8">
        <div className="min-w-0 flex-1 basis-64">
          <h1
            ref={ref}
            tabIndex={-1}
            dir="auto"
            className="text-2xl font-semibold tracking-tight outline-none sm:text-[1.75rem]"
          >
            {heading ?? title}
          </h1>
          {lead && <div className="mt-1.5 text-soft">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

let navigated = false;
