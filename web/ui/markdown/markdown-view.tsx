import { useId, useMemo } from "react";
import ReactMarkdown, { type Components, type Options } from "react-markdown";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import type { MarkdownProps } from "./markdown.tsx";
import { adaptTree } from "./plugins.ts";
import { prepareFormulas } from "./prepare.ts";

const link = "text-accent-ink underline underline-offset-4";

/** Without a word for `img`, `cite` and `input`: these depend on the text. */
const ELEMENTS: Components = {
  h1: ({ children }) => <h3 className="mt-2 text-lg font-semibold">{children}</h3>,
  h2: ({ children }) => <h3 className="mt-2 text-lg font-semibold">{children}</h3>,
  h3: ({ children }) => <h4 className="mt-2 font-semibold">{children}</h4>,
  h4: ({ children }) => <h5 className="mt-2 font-semibold">{children}</h5>,
  h5: ({ children }) => <h6 className="mt-2 font-semibold">{children}</h6>,
  h6: ({ children }) => <h6 className="mt-2 font-semibold text-soft">{children}</h6>,
  // An address that was refused (javascript:, data:) leaves its words.
  a: ({ href, children, id }) =>
    href ? (
      <a
        href={href}
        id={id}
        className={link}
        {...(href.startsWith("#") ? {} : { target: "_blank", rel: "noreferrer noopener nofollow" })}
      >
        {children}
      </a>
    ) : (
      <>{children}</>
    ),
  ul: ({ children, className }) => (
    <ul
      className={
        className?.includes("task-list")
          ? "grid gap-1.5"
          : "grid list-disc gap-1.5 pl-6 marker:text-faint"
      }
    >
      {children}
    </ul>
  ),
  ol: ({ children, start }) => (
    <ol start={start} className="grid list-decimal gap-1.5 pl-6">
      {children}
    </ol>
  ),
  li: ({ children }) => <li className="space-y-1.5">{children}</li>,
  blockquote: ({ children }) => (
    <blockquote className="grid gap-3 border-l-2 border-accent/50 pl-4 text-soft">
      {children}
    </blockquote>
  ),
  pre: ({ children }) => (
    <pre
      tabIndex={0}
      className="overflow-x-auto rounded-lg bg-sunken p-3 text-sm [&>code]:bg-transparent [&>code]:p-0"
    >
      {children}
    </pre>
  ),
  code: ({ children }) => (
    <code className="rounded bg-sunken px-1 py-0.5 text-[0.9em]">{children}</code>
  ),
  table: ({ children }) => (
    // Wider than the window it scrolls by itself, by keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="overflow-x-auto" tabIndex={0} role="group">
      <table className="text-left text-sm">{children}</table>
    </div>
  ),
  th: ({ children, style }) => (
    <th scope="col" style={style} className="border-b border-line-strong px-2 py-1.5 font-semibold">
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td style={style} className="border-b border-line px-2 py-1.5 align-top">
      {children}
    </td>
  ),
  hr: () => <hr className="border-line" />,
  // Of a list of tasks: shown, not ticked here.
  input: ({ checked }) => <span aria-hidden="true">{checked ? "☑ " : "☐ "}</span>,
};

/** The plugins that draw formulas; loaded where a text may hold one. */
type Formulas = Options["rehypePlugins"];

export function MarkdownView({
  text,
  cite,
  marked,
  picture,
  formulas,
}: MarkdownProps & { formulas?: Formulas }) {
  const cited = useMemo(
    () =>
      new Set(
        [...text.matchAll(/\[(\d{1,3})\]/g)]
          .map(([, n]) => Number(n))
          .filter((n) => cite?.(n) != null),
      ),
    [text, cite],
  );
  const clobberPrefix = useId();
  const components: Components = {
    ...ELEMENTS,
    cite: ({ children }) => <>{cite?.(Number(children)) ?? children}</>,
    img: ({ src, alt }) => <>{(typeof src === "string" && picture?.(src, alt ?? "")) || alt}</>,
  };
  return (
    <div
      className={
        "markdown grid min-w-0 gap-3 leading-[1.7] wrap-anywhere " +
        "[&_.katex-display]:overflow-x-auto [&_.katex-display]:overflow-y-hidden"
      }
    >
      <ReactMarkdown
        remarkPlugins={[
          remarkGfm,
          ...(formulas ? [remarkMath] : []),
          [adaptTree, { source: text, cited, marked }],
        ]}
        rehypePlugins={formulas ?? []}
        // Footnotes of two answers on one page have different anchors.
        remarkRehypeOptions={{ clobberPrefix }}
        components={components}
      >
        {prepareFormulas(text)}
      </ReactMarkdown>
    </div>
  );
}
