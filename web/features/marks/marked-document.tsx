/** Highlights of a document's text, and the bar over selected words. */
import { useCallback, useEffect, type RefObject } from "react";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { MARK_COLOURS } from "#server/vocabulary.ts";
import { MarkTools } from "./mark-tools.tsx";
import type { Mark } from "./queries.ts";
import { documentOffsets, rangesOf } from "./selection.ts";

export function MarkedDocument({
  material,
  marks,
  area,
}: {
  material: StudyMaterial;
  marks: Mark[];
  area: RefObject<HTMLElement | null>;
}) {
  useEffect(() => {
    const root = area.current;
    if (!root || !("highlights" in CSS)) return;
    for (const colour of MARK_COLOURS) {
      const ranges = marks.flatMap((mark) =>
        mark.status !== "changed" && (mark.colour ?? "yellow") === colour
          ? rangesOf(root, mark)
          : [],
      );
      if (ranges.length > 0) CSS.highlights.set(`lm-mark-${colour}`, new Highlight(...ranges));
      else CSS.highlights.delete(`lm-mark-${colour}`);
    }
    return () => {
      for (const colour of MARK_COLOURS) CSS.highlights.delete(`lm-mark-${colour}`);
    };
    // After every change of what is shown: ranges end with the nodes that they lie in.
  });
  const offsetsOf = useCallback((range: Range) => documentOffsets(material, range), [material]);
  return (
    <MarkTools
      source={{ kind: "study_material", id: material.id }}
      area={area}
      offsetsOf={offsetsOf}
    />
  );
}
