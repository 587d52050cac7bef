/**
 * Which paragraphs of a slide are items of a list: what one leaves open says its shape, then the layout of the slide,
 * then the master (ECMA-376 part 1, sections 19.3.1.36 and 21.1.2.4).
 */
import { saysItem } from "./drawing-text.ts";
import type { OfficePackage } from "./office-package.ts";
import { child, descendants, first, type XmlNode } from "./xml.ts";

/** @returns for a shape of a slide: whether its paragraphs of a level, from 0, are items. */
export function createListLooks(opened: OfficePackage, slide: string) {
  const [layoutName] = opened.related(slide, "slideLayout");
  const [masterName] = layoutName ? opened.related(layoutName, "slideMaster") : [];
  const layout = layoutName ? placeholdersIn(opened.xml(layoutName)) : [];
  const master = masterName ? placeholdersIn(opened.xml(masterName)) : [];
  const bodyStyle = masterName ? first(opened.xml(masterName), "p:bodyStyle") : undefined;
  return (shape: XmlNode) => {
    const place = placeOf(shape);
    const inLayout = place && layout.find((each) => isSame(place, placeOf(each)));
    const kind = place && kindOf(place, inLayout && placeOf(inLayout));
    const inMaster =
      kind === undefined ? undefined : master.find((each) => kindOf(placeOf(each)!) === kind);
    const styles = [
      ...[shape, inLayout, inMaster].map((each) => child(child(each, "p:txBody"), "a:lstStyle")),
      kind === "body" ? bodyStyle : undefined,
    ];
    return (level: number) =>
      styles
        .map((style) => saysItem(child(style, `a:lvl${level + 1}pPr`)))
        .find((answer) => answer !== undefined) ?? false;
  };
}

interface Place {
  type: string | undefined;
  idx: string | undefined;
}

function placeOf(shape: XmlNode): Place | undefined {
  const holder = first(child(shape, "p:nvSpPr"), "p:ph");
  return holder && { type: holder.attributes.type, idx: holder.attributes.idx };
}

function placeholdersIn(part: XmlNode | undefined): XmlNode[] {
  if (!part) return [];
  return [...descendants(part)].filter(({ name }) => name === "p:sp").filter(placeOf);
}

function isSame(place: Place, other: Place | undefined) {
  if (!other) return false;
  return place.idx === undefined ? other.type === place.type : other.idx === place.idx;
}

/** Whatever is no title is of the body: text, subtitle, any object. */
function kindOf({ type }: Place, inLayout?: Place) {
  const named = type ?? inLayout?.type ?? "obj";
  return ["body", "obj", "subTitle"].includes(named) ? "body" : named;
}
