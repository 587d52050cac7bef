/** An Office file as parts that point at each other (Open Packaging Conventions, ECMA-376 part 2). */
import { posix } from "node:path";
import { unpack } from "./unpack.ts";
import { childrenNamed, elements, readXml, type XmlNode } from "./xml.ts";

export interface Relation {
  /** The last word of its type, such as `slide` or `footnotes`. */
  type: string;
  target: string;
}

export interface OfficePackage {
  xml(name: string): XmlNode | undefined;
  bytes(name: string): Buffer | undefined;
  relations(name: string): Map<string, Relation>;
  related(name: string, type: string): string[];
  names(): string[];
  /** The part that the file is about, wherever its program put it. */
  main(usual: string): string;
}

export async function openPackage(path: string): Promise<OfficePackage> {
  const parts = await unpack(path, (name) => /\.(?:xml|rels|x?html?|mht(?:ml)?|txt)$/i.test(name));
  const trees = new Map<string, XmlNode | undefined>();
  const opened: OfficePackage = {
    bytes: (name) => parts.get(name),
    names: () => [...parts.keys()],
    xml(name) {
      if (!trees.has(name)) {
        const bytes = parts.get(name);
        trees.set(name, bytes ? readXml(bytes) : undefined);
      }
      return trees.get(name);
    },
    relations(name) {
      const list = opened.xml(
        `${posix.join(posix.dirname(name), "_rels", posix.basename(name))}.rels`,
      );
      const found = new Map<string, Relation>();
      for (const { attributes } of childrenNamed(list && elements(list)[0], "Relationship")) {
        const { Id, Target, TargetMode, Type } = attributes;
        if (!Id || !Target || TargetMode === "External") continue;
        const target = decodeName(Target);
        found.set(Id, {
          type: (Type ?? "").replace(/^.*\//, ""),
          target: target.startsWith("/")
            ? target.slice(1)
            : posix.join(posix.dirname(name), target),
        });
      }
      return found;
    },
    related: (name, type) =>
      [...opened.relations(name).values()]
        .filter((one) => one.type === type)
        .map(({ target }) => target),
    main(usual) {
      const named = opened.related("", "officeDocument").find((name) => parts.has(name));
      return named ?? usual;
    },
  };
  return opened;
}

function decodeName(name: string) {
  try {
    return decodeURI(name);
  } catch {
    return name;
  }
}

/** Of what is stored twice, for new and for old programs, what new ones show; the other where that says nothing. */
export function alternatives(node: XmlNode, read: (branch: XmlNode) => string): string {
  for (const branch of [
    ...childrenNamed(node, "mc:Choice"),
    ...childrenNamed(node, "mc:Fallback"),
  ]) {
    const text = read(branch);
    if (text.trim() !== "") return text;
  }
  return "";
}
