import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type {
  StudyMaterial,
  StudyMaterialSummary,
} from "#server/features/content/study-materials/shapes.ts";

/** `first_line` where the list of the library is asked, which alone has it. */
export type LibraryItem = (
  | { kind: "recording"; item: Recording }
  | { kind: "study_material"; item: StudyMaterialSummary }
) & { first_line?: string | null };

interface Loaded<T> {
  data?: { pages: { items: T[]; next_cursor: string | null }[] } | undefined;
}

/**
 * Two lists by page: what is older than the end of an unfinished one waits, else the order would jump when more comes.
 */
export function mergeLists(
  recordings: Loaded<Recording>,
  materials: Loaded<StudyMaterial>,
): LibraryItem[] {
  const lists: LibraryItem[][] = [];
  let from = "";
  for (const [kind, { data }] of [
    ["recording", recordings] as const,
    ["study_material", materials] as const,
  ]) {
    const items = data?.pages.flatMap((page) => page.items as (Recording & StudyMaterial)[]) ?? [];
    const last = items.at(-1);
    if (data?.pages.at(-1)?.next_cursor && last && last.created_at > from) from = last.created_at;
    lists.push(items.map((item) => ({ kind, item })));
  }
  return lists
    .flat()
    .filter(({ item }) => item.created_at >= from)
    .sort((a, b) => b.item.created_at.localeCompare(a.item.created_at));
}
