/** .env.example names every setting there is, and no other. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { settingNames } from "#server/settings.ts";

it("lists every setting once", () => {
  const lines = readFileSync(".env.example", "utf8").split("\n");
  const named = lines.flatMap((line) => /^(?:# )?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1] ?? []);
  expect(named.toSorted()).toEqual(settingNames.toSorted());
});
