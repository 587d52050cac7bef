/**
 * Notes that were written, or changed, without a network. They lie in the browser's storage from "Save" on, and are
 * sent when the server can be reached. A new one carries a key, so that it is made once; a changed one names the text
 * that it rests on, so that nothing that was saved elsewhere meanwhile is overwritten.
 */
import { useSyncExternalStore } from "react";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { change, ChangedMeanwhile } from "../../../api/change.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { queryClient } from "../../../api/query-client.ts";
import { session } from "../../../api/session.ts";
import { i18n } from "../../../i18n.ts";
import { keepDraft } from "../../../ui/draft.ts";
import { toast, toastError } from "../../../ui/toast.tsx";
import { newId } from "../../study/reviews/new-id.ts";

const NOTES = "lm-notes-";

interface NewNote {
  /** Its Idempotency-Key. */
  key: string;
  values: Record<string, string>;
}
interface ChangedNote {
  id: string;
  title: string;
  content: string;
  /** What was there when writing began. */
  base: string;
  updated_at: string;
}
interface Unsent {
  added: NewNote[];
  changed: ChangedNote[];
}

const NOTHING: Unsent = { added: [], changed: [] };
const listeners = new Set<() => void>();
let known: { text: string | null; unsent: Unsent } = { text: null, unsent: NOTHING };

const place = () => NOTES + (session().user?.id ?? "");

export function unsentNotes(): Unsent {
  let text: string | null = null;
  try {
    text = localStorage.getItem(place());
    if (text !== known.text)
      known = { text, unsent: text ? (JSON.parse(text) as Unsent) : NOTHING };
  } catch {
    known = { text, unsent: NOTHING };
  }
  return known.unsent;
}

export const useUnsentNotes = () =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, unsentNotes);

const isOffline = (error: unknown) => error instanceof Problem && error.status === 0;

/**
 * A page of the web has to be fetched: it does not wait here.
 * @returns undefined when the note waits on this device
 * @throws Problem; DOMException where the storage is full or blocked: the draft stays then
 */
export async function addOrKeep(values: Record<string, string>) {
  // The answer may be lost on its way: sent again with the same key, it is one note.
  const key = newId();
  try {
    return await post(key, values);
  } catch (error) {
    if (!isOffline(error) || "url" in values) throw error;
    const { added, changed } = unsentNotes();
    write({ added: [...added, { key, values }], changed });
    toast(i18n.t("offline.noteKept"));
    return undefined;
  }
}

/**
 * Changed twice without a network, it rests on what was there before the first time.
 * @param onto what was there when writing began
 * @throws ChangedMeanwhile, Problem; DOMException as above
 */
export async function changeOrKeep(
  material: StudyMaterial,
  onto: Pick<StudyMaterial, "content" | "updated_at">,
  content: string,
): Promise<StudyMaterial> {
  try {
    return await patch(material.id, content, { ...material, ...onto });
  } catch (error) {
    if (!isOffline(error)) throw error;
    const { id, title } = material;
    const { added, changed } = unsentNotes();
    const { base, updated_at } = changed.find((note) => note.id === id) ?? {
      base: onto.content,
      updated_at: onto.updated_at,
    };
    const others = changed.filter((note) => note.id !== id);
    write({ added, changed: [...others, { id, title, content, base, updated_at }] });
    toast(i18n.t("offline.noteKept"));
    return { ...material, content };
  }
}

const post = (key: string, values: Record<string, string>) =>
  request<StudyMaterial>("/study-materials", {
    method: "POST",
    json: values,
    headers: { "Idempotency-Key": key },
  });

const patch = (id: string, content: string, base: StudyMaterial) =>
  change(
    `/study-materials/${id}`,
    { content },
    base,
    (one, other) => one.content === other.content,
  );

let sending: Promise<void> = Promise.resolve();

/** One after the other, from one tab. @throws Problem when the server cannot be reached. */
export function sendNotes() {
  const sent = sending
    .catch(() => {})
    .then(() => (navigator.locks ? navigator.locks.request("lm-notes", sendAll) : sendAll()));
  sending = sent;
  return sent;
}

async function sendAll() {
  for (const note of unsentNotes().added) {
    await sendNew(note);
    const { added, changed } = unsentNotes();
    write({ added: added.filter(({ key }) => key !== note.key), changed });
  }
  for (const note of unsentNotes().changed) {
    await sendChanged(note);
    const { added, changed } = unsentNotes();
    write({ added, changed: changed.filter((one) => one !== note && one.id !== note.id) });
  }
}

async function sendNew({ key, values }: NewNote) {
  try {
    await post(key, values);
  } catch (error) {
    if (isForLater(error)) throw error;
    // Refused for good: it is there to be mended.
    keepDraft("material:new", { title: "", subject: "", content: "", url: "", ...values });
    toastError(error);
  }
  for (const list of ["library", "study-materials"])
    void queryClient.invalidateQueries({ queryKey: [list] });
}

async function sendChanged(note: ChangedNote) {
  const { id, title, content, base, updated_at } = note;
  try {
    await patch(id, content, { content: base, updated_at } as StudyMaterial);
  } catch (error) {
    if (isForLater(error)) throw error;
    if (error instanceof Problem && error.status === 404) {
      // The note is gone: what was written is not.
      await sendNew({ key: newId(), values: { title, content } });
    } else {
      keepDraft(`note:${id}`, { content, base, updated_at });
      if (error instanceof ChangedMeanwhile) toast(i18n.t("offline.noteConflict", { title }));
      else toastError(error);
    }
  }
  void queryClient.invalidateQueries({ queryKey: ["study-material", id] });
}

const isForLater = (error: unknown) =>
  error instanceof Problem &&
  (error.status === 0 || error.status >= 500 || [401, 409, 429].includes(error.status));

function write(unsent: Unsent) {
  if (unsent.added.length + unsent.changed.length === 0) localStorage.removeItem(place());
  else localStorage.setItem(place(), JSON.stringify(unsent));
  for (const listener of listeners) listener();
}
