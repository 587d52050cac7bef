/** Every text of the page is in every language, with the same places to fill in. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const web = fileURLToPath(new URL("../../web", import.meta.url));
const english = flatten(read("en"));
const others = readdirSync(join(web, "locales"))
  .map((file) => file.replace(".json", ""))
  .filter((language) => language !== "en");

it.each(others)("says in %s all that it says in English", (language) => {
  const texts = flatten(read(language));
  expect([...texts.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  for (const [key, text] of texts) {
    expect(text.trim(), key).not.toBe("");
    expect(placesToFill(text), key).toEqual(placesToFill(english.get(key)!));
  }
});

it("has at least one other language", () => expect(others).toContain("de"));

function read(language: string) {
  return JSON.parse(readFileSync(join(web, "locales", `${language}.json`), "utf8")) as object;
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
