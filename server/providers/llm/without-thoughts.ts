/**
 * Local models think aloud before they answer, between marks that their templates set: `<think>…</think>` (Qwen,
 * DeepSeek R1) and the like. Where the template itself opens the mark only the closing one comes; what was said until
 * then was a thought.
 */
const OPENING = ["<think>", "<thinking>", "<thought>", "<reasoning>"];
const CLOSING = OPENING.map((mark) => mark.replace("<", "</"));

/** @param startOver told that what was passed on so far was a thought. */
export function createThoughtFilter(startOver: () => void) {
  let held = "";
  let state: "beginning" | "thinking" | "closed" | "saying" = "beginning";
  let hasThought = false;

  function read(isEnd: boolean): string {
    for (;;) {
      if (state === "beginning") {
        const start = held.trimStart().toLowerCase();
        const mark = OPENING.find((one) => start.startsWith(one));
        if (mark) {
          held = held.trimStart().slice(mark.length);
          state = "thinking";
          hasThought = true;
          continue;
        }
        if (!isEnd && OPENING.some((one) => one.startsWith(start))) return "";
        state = "saying";
      }
      const closing = firstOf(held, CLOSING);
      if (closing) {
        if (state === "saying" && !hasThought) startOver();
        const before = state === "thinking" || !hasThought ? "" : held.slice(0, closing.at);
        hasThought = true;
        held = held.slice(closing.at + closing.length);
        state = "closed";
        if (before) return before + read(isEnd);
        continue;
      }
      if (state === "closed") {
        held = held.trimStart();
        if (held === "") return "";
        state = "saying";
      }
      const open = isEnd ? held.length : held.length - unfinished(held);
      const said = state === "thinking" ? "" : held.slice(0, open);
      held = held.slice(open);
      return said;
    }
  }

  return {
    /** What of it is no thought. */
    push(piece: string) {
      held += piece;
      return read(false);
    },
    end: () => read(true),
  };
}

function firstOf(text: string, marks: string[]) {
  const low = text.toLowerCase();
  const found = marks
    .map((mark) => ({ at: low.indexOf(mark), length: mark.length }))
    .filter(({ at }) => at >= 0);
  return found.sort((a, b) => a.at - b.at)[0];
}

/** Letters at the end that may be the beginning of a closing mark. */
function unfinished(text: string) {
  const at = text.lastIndexOf("<");
  const tail = text.slice(at).toLowerCase();
  return at >= 0 && CLOSING.some((mark) => mark.startsWith(tail)) ? text.length - at : 0;
}
