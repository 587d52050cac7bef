import { session } from "../api/session.ts";

/** Where the list of what a student marked to have on this device stands (kept-things.ts). */
export const keptThingsKey = () => `lm-kept-things-${session().user?.id ?? ""}`;

/** Of these things and their parts: an answer whose address names one of them stays. */
export function keptIds(): string[] {
  try {
    const things = JSON.parse(localStorage.getItem(keptThingsKey()) ?? "[]") as {
      id: string;
      parts?: string[];
    }[];
    return things.flatMap(({ id, parts = [] }) => [id, ...parts]);
  } catch {
    return [];
  }
}
