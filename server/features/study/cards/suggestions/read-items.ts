/**
 * A language model's answer as items: what it was asked to write is a JSON array, and what comes is often nearly one.
 */
import { z } from "zod";

const modelItem = z.object({
  kind: z.enum(["basic", "cloze", "choice", "typed"]).catch("basic"),
  front: z.string().trim().min(1).max(2000),
  back: z.string().trim().max(2000).default(""),
  options: z.array(z.string().trim().min(1).max(500)).max(8).nullish(),
  quote: z.string().trim().min(1).max(3000),
});
export type ModelItem = z.infer<typeof modelItem>;

/** Every whole item in the text: around it may be prose or a fence, the array may be cut off, commas may trail. */
export function readItems(answer: string): { items: ModelItem[]; broken: number } {
  const items: ModelItem[] = [];
  let broken = 0;
  for (const piece of objectsIn(answer)) {
    const parsed = modelItem.safeParse(parse(piece));
    if (parsed.success) items.push(parsed.data);
    else broken += 1;
  }
  return { items, broken };
}

function parse(text: string): unknown {
  for (const tried of [
    text,
    text.replace(/,\s*([}\]])/g, "$1"),
    text.replace(/,\s*([}\]])/g, "$1").replace(/(?<=":\s*"[^"\n]*)\n/g, "\\n"),
  ])
    try {
      return JSON.parse(tried);
    } catch {
      // The next repair is tried.
    }
  return undefined;
}

/**
 * The outermost `{…}` that hold a `quote`, braces in strings not counted; one that is wrapped in another object as
 * well.
 */
function* objectsIn(text: string): Generator<string> {
  const opens: number[] = [];
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (inString) {
      if (letter === "\\") at += 1;
      else if (letter === '"') inString = false;
    } else if (letter === '"' && opens.length > 0) inString = true;
    else if (letter === "{") opens.push(at);
    else if (letter === "}" && opens.length > 0) {
      const piece = text.slice(opens.pop(), at + 1);
      if (
        /"quote"\s*:/.test(piece) &&
        !/^\{[^{]*\{[^]*"quote"/.test(
          piece.replace(/"(?:[^"\\]|\\.)*"/g, (s) => (s === '"quote"' ? s : '""')),
        )
      )
        yield piece;
    }
  }
}
