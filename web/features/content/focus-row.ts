/** Where the keyboard is after rows of a list went or came: not back at the top of the page. */

const ROW = "[data-thing]";
/** Frames in which React shows what was fetched; a row that is not there then is not on the part that is shown. */
const FRAMES = 60;

const nameOf = (row: Element | null) => row?.getAttribute("data-thing") ?? undefined;

/** The row that takes the place of these; undefined where none is left, or none of them is shown. */
export function rowInPlaceOf(ids: string[]): string | undefined {
  const rows = [...document.querySelectorAll(ROW)].map(nameOf);
  const first = rows.findIndex((id) => ids.includes(id!));
  if (first < 0) return undefined;
  const stays = (id: string | undefined) => id !== undefined && !ids.includes(id);
  return rows.slice(first).find(stays) ?? rows.slice(0, first).findLast(stays);
}

/** Nothing is taken from who went elsewhere meanwhile. @param ids rows that go, or are back */
export async function focusRow(wanted: string | undefined, ids: string[]) {
  for (let frame = 0; frame < FRAMES; frame++) {
    const at = document.activeElement;
    const isNowhere =
      !at ||
      at === document.body ||
      at.id === "main" ||
      at.closest("[role=toolbar]") !== null ||
      ids.includes(nameOf(at.closest(ROW)) ?? "");
    if (!isNowhere) return;
    const row = wanted && document.querySelector(`[data-thing="${wanted}"]`);
    const target = row
      ? row.querySelector<HTMLElement>("a, button")
      : wanted === undefined
        ? document.querySelector<HTMLElement>("h1")
        : null;
    if (target) return target.focus();
    await new Promise(requestAnimationFrame);
  }
}
