/** Every text of the page is in every language, with the same places to fill in. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../web/locales", import.meta.url));
const files = readdirSync(folder);
/** `en.json` and the parts that come later, such as `en.study.json`. */
const english = files.filter((file) => file.startsWith("en."));
const languages = [...new Set(files.map((file) => file.split(".")[0]!))];
const pairs = languages
  .filter((language) => language !== "en")
  .flatMap((language) => english.map((file) => [file.replace(/^en/, language), file] as const));

it.each(pairs)("says in %s all that it says in %s", (other, file) => {
  const original = flatten(read(file));
  const texts = flatten(read(other));
  expect([...texts.keys()].toSorted()).toEqual([...original.keys()].toSorted());
  for (const [key, text] of texts) {
    expect(text.trim(), key).not.toBe("");
    expect(placesToFill(text), key).toEqual(placesToFill(original.get(key)!));
  }
});

it("says nothing twice: no part has a text that the first file has", () => {
  const first = flatten(read("en.json"));
  for (const file of english.filter((one) => one !== "en.json"))
    expect([...flatten(read(file)).keys()].filter((key) => first.has(key))).toEqual([]);
});

it("has at least one other language", () => expect(languages).toContain("de"));

function read(file: string) {
  return JSON.parse(readFileSync(join(folder, file), "utf8")) as object;
}

function flatten(texts: object, prefix = ""): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]: [string, object | string]) =>
      typeof value === "string"
        ? [[prefix + key, value] as const]
        : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

function placesToFill(text: string) {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)]
    .map(([, name]) => name)
    .toSorted((a, b) => a!.localeCompare(b!));
}
