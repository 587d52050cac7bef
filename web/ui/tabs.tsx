/** Parts of one page, each with its own address: links, so that "back" and a new tab work as everywhere. */
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";

export interface TabLink {
  name: string;
  label: ReactNode;
  link: LinkProps;
}

export function Tabs({
  label,
  tabs,
  current,
}: {
  label: string;
  tabs: TabLink[];
  current: string;
}) {
  return (
    <nav
      aria-label={label}
      className="mb-6 flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none] sm:mb-8"
    >
      {tabs.map((tab) => (
        <Link
          key={tab.name}
          {...tab.link}
          aria-current={tab.name === current ? "page" : undefined}
          className={
            "-mb-px shrink-0 border-b-2 border-transparent px-3 py-2.5 text-[0.9375rem] " +
            "font-medium whitespace-nowrap text-soft hover:text-ink " +
            "aria-[current=page]:border-accent aria-[current=page]:text-ink"
          }
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
