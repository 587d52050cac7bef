/** Seconds of a lecture inside a note, written as `[12:34]`: they are pressed to hear them. */
import { clock } from "#server/clock.ts";

/** Not what Markdown reads as a link or as what one refers to. */
const TIME = /\[(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)\](?![(:[])/g;
/** Code is shown as it was typed. */
const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;
const ADDRESS = "#t=";

/** Markdown in which each time is a link that `secondOf` knows. */
export function withTimeLinks(note: string) {
  return note
    .split(CODE)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part.replace(TIME, (mark: string, hours = "0", minutes: string, seconds: string) => {
            const second = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
            return `${mark}(${ADDRESS}${second})`;
          }),
    )
    .join("");
}

/** @returns the second of a time that was pressed; undefined for anything else */
export function secondOf(pressed: EventTarget): number | undefined {
  const link = pressed instanceof Element ? pressed.closest(`a[href^="${ADDRESS}"]`) : null;
  return link ? Number(link.getAttribute("href")!.slice(ADDRESS.length)) : undefined;
}

/** Where the caret stands, in place of what is selected; typing goes on behind it. */
export function putTime(field: HTMLTextAreaElement, seconds: number) {
  const { selectionStart, selectionEnd, value } = field;
  const space = /\S$/.test(value.slice(0, selectionStart)) ? " " : "";
  field.setRangeText(`${space}[${clock(seconds)}] `, selectionStart, selectionEnd, "end");
  // As if it was typed: React hears of it, and the draft is kept.
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
