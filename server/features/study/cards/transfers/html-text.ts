/** Anki's fields are HTML and ours are Markdown: what both can say goes over, and back. */
import { Parser } from "htmlparser2";

const BLOCKS = new Set([
  "div",
  "p",
  "li",
  "tr",
  "ul",
  "ol",
  "table",
  "blockquote",
  "h1",
  "h2",
  "h3",
  "h4",
  "pre",
]);
const MARKS: Record<string, string> = { b: "**", strong: "**", i: "*", em: "*", code: "`" };

/** @param mediaOf the Markdown address of a picture or sound of the package; undefined when it is not there. */
export function toMarkdown(html: string, mediaOf: (name: string) => string | undefined): string {
  let text = "";
  let ignored = 0;
  const newLine = () => {
    if (text !== "" && !text.endsWith("\n")) text += "\n";
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === "script" || name === "style") ignored += 1;
        else if (name === "br") text += "\n";
        else if (name === "hr") text += "\n---\n";
        else if (name === "img" && attributes["src"]) {
          const url = mediaOf(decode(attributes["src"]));
          if (url) text += `![${attributes["alt"] ?? ""}](${url})`;
        } else if (BLOCKS.has(name)) {
          newLine();
          if (name === "li") text += "- ";
        } else if (MARKS[name]) text += MARKS[name];
      },
      onclosetag(name) {
        if (name === "script" || name === "style") ignored -= 1;
        else if (BLOCKS.has(name)) newLine();
        else if (MARKS[name]) text += MARKS[name];
      },
      ontext(part) {
        if (ignored === 0) text += part.replace(/[ \t\r\n]+/g, " ");
      },
    },
    { decodeEntities: true },
  );
  parser.write(html);
  parser.end();
  return text
    .replace(/\[sound:([^[\]]+)\]/g, (_, name: string) => {
      const url = mediaOf(name);
      return url ? `[♪](${url})` : "";
    })
    .replace(/\[latex\]|\[\/latex\]/g, "")
    .replace(/\[\$\$\]|\[\/\$\$\]|\\\[|\\\]/g, () => "$$")
    .replace(/\[\$\]|\[\/\$\]|\\\(|\\\)/g, () => "$")
    .replace(/\*\*\s*\*\*/g, "")
    .split("\n")
    .map((line) => line.replace(/^ +/, "").trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** @param mediaName the name in the package of one of our addresses. */
export function toHtml(markdown: string, mediaName: (id: string) => string | undefined): string {
  const MEDIA = String.raw`\/api\/cards\/media\/([0-9a-f-]{36})`;
  return escape(markdown)
    .replace(
      new RegExp(String.raw`!\[([^[\]]*)\]\(${MEDIA}\)`, "g"),
      (_, alt: string, id: string) => {
        const name = mediaName(id);
        return name ? `<img src="${escape(name)}"${alt ? ` alt="${alt}"` : ""}>` : "";
      },
    )
    .replace(new RegExp(String.raw`\[[^[\]]*\]\(${MEDIA}\)`, "g"), (_, id: string) => {
      const name = mediaName(id);
      return name ? `[sound:${name}]` : "";
    })
    .replace(/\$\$([^$]+)\$\$/g, String.raw`\[$1\]`)
    .replace(/\$([^$\n]+)\$/g, String.raw`\($1\)`)
    .replace(/\*\*([^*\n]+)\*\*/g, "<b>$1</b>")
    .replace(/(?<![\p{L}\p{N}*])\*([^*\n]+)\*(?![\p{L}\p{N}*])/gu, "<i>$1</i>")
    .replace(/`([^`\n]+)`/g, "<code>$1</code>")
    .replaceAll("\n", "<br>");
}

export function escape(text: string) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function decode(name: string) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
