/** Into the bin and back; nothing is asked, because "Undo" is there, and the bin for thirty days. */
import type { Things } from "#server/features/content/library/shapes.ts";
import { request } from "../../api/client.ts";
import { i18n } from "../../i18n.ts";
import { toast, toastError } from "../../ui/toast.tsx";
import { focusRow, rowInPlaceOf } from "./focus-row.ts";
import { readLibraryAgain } from "./queries.ts";

export type Thing = Things[number];

/** In one request of the server's most. */
const AT_ONCE = 200;

/** Says what failed by itself. */
export async function throwAway(things: Thing[], title?: string) {
  const ids = things.map(({ id }) => id);
  const next = rowInPlaceOf(ids);
  try {
    await send("/bin", things);
  } catch (error) {
    toastError(error);
    return false;
  } finally {
    await refresh();
  }
  const said = title === undefined ? i18n.t("bin.thrownMany", { count: things.length }) : "";
  toast(said || i18n.t("bin.thrown", { title }), {
    action: { label: i18n.t("common.undo"), run: () => void putBack(things) },
  });
  void focusRow(next, ids);
  return true;
}

export async function putBack(things: Thing[]) {
  const ids = things.map(({ id }) => id);
  // In the bin they go; elsewhere they come.
  const isShown = document.querySelector(`[data-thing="${ids[0]}"]`) !== null;
  const next = isShown ? rowInPlaceOf(ids) : ids[0];
  try {
    await send("/bin/restore", things);
    toast(i18n.t("bin.restored", { count: things.length }));
  } catch (error) {
    toastError(error);
  } finally {
    await refresh();
  }
  void focusRow(next, ids);
}

async function send(path: string, things: Thing[]) {
  for (let at = 0; at < things.length; at += AT_ONCE)
    await request(path, { method: "POST", json: { items: things.slice(at, at + AT_ONCE) } });
}

async function refresh() {
  await readLibraryAgain();
}
