/**
 * Every failure a person can meet has its sentence in every language of the page, and the page's English is the
 * server's.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FAILURES, isFinal, type FailureCode } from "#server/failures.ts";
import { labelsOfEngines, sentencesOfServer, wordsOfFields } from "#tests/support/sentences.ts";
import { translator } from "../../web/api/sentences.ts";

const LOCALES = new URL("../../web/locales/", import.meta.url);
const codes = Object.keys(FAILURES) as FailureCode[];

function failuresIn(file: string): Record<string, string> {
  return JSON.parse(readFileSync(new URL(file, LOCALES), "utf8")).failures;
}

const files = readdirSync(LOCALES).filter((file) => file.endsWith(".failures.json"));

it.each(files)("%s says each of them, and no other", (file) => {
  const sentences = failuresIn(file);
  expect(Object.keys(sentences).sort()).toEqual([...codes].sort());
  for (const code of codes) expect(sentences[code], code).toMatch(/\S.*[.!?。！？]$/s);
});

it("says in English what the server says", () => {
  const sentences = Object.fromEntries(codes.map((code) => [code, FAILURES[code][1]]));
  expect(failuresIn("en.failures.json")).toEqual(sentences);
});

it("tries again what another try may mend, and nothing else", () => {
  for (const code of ["worker-lost", "storage-full", "engine-failed", "internal"] as const)
    expect(isFinal(code), code).toBe(false);
  for (const code of ["document-unreadable", "not-found", "engine-unavailable"] as const)
    expect(isFinal(code), code).toBe(true);
});

const catalogs = readdirSync(LOCALES).filter((file) => file.endsWith(".sentences.json"));

it.each(catalogs)("%s says what the server says more exactly than its list", (file) => {
  const catalog: Record<string, string> = JSON.parse(readFileSync(new URL(file, LOCALES), "utf8"));
  const holes = (text: string) => text.split("{{}}").length;
  for (const sentence of sentencesOfServer()) {
    expect(catalog[sentence], sentence).toMatch(/\S[.!?。！？]$/);
    expect(holes(catalog[sentence]!), sentence).toBe(holes(sentence));
  }
  for (const label of labelsOfEngines()) expect(catalog[label], label).toMatch(/\S/);
});

it("has such a catalog of every language but English", () => {
  const languages = (names: string[]) => new Set(names.map((file) => file.split(".")[0]));
  expect(languages([...catalogs, "en.failures.json"])).toEqual(languages(files));
});

const ofFields = wordsOfFields();

it.each(readdirSync(LOCALES).filter((file) => file.endsWith(".fields.json")))(
  "%s has words for each wrong field",
  (file) => {
    const words = translator(JSON.parse(readFileSync(new URL(file, LOCALES), "utf8")));
    expect(ofFields.filter((text) => words(text) === undefined)).toEqual([]);
  },
);
