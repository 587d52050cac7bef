/** A page held against WCAG 2.2 AA by axe: light, dark, on a phone of 360 px and at 200 %; it must fit. */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { faultsOf, type Rules } from "./accessibility.ts";

/** What the theme decides, and what it does not: nothing is looked at twice. */
const COLOURS: Rules = { runOnly: ["color-contrast"] };
const ALL_BUT_COLOURS: Rules = { rules: { "color-contrast": { enabled: false } } };

/**
 * Four looks of the page that is open: as it is, dark, on a small phone (dark, too), and at 200 % of a window of 1280
 * points. LM_TEST_SHOTS names a folder for pictures.
 */
export async function inspectPage(page: Page, name: string) {
  await page.locator("h1").first().waitFor({ state: "attached" });
  const shots = process.env["LM_TEST_SHOTS"];
  const shoot = async (look: string) => {
    if (shots) await page.screenshot({ path: join(shots, `${name}-${look}.png`) });
  };
  const theme = () => page.evaluate("document.documentElement.dataset.theme");
  const broken: string[] = [];
  const audit = async (look: string, rules?: Rules) => {
    broken.push(...(await faultsOf(page, rules)).map((fault) => `${name} ${look}: ${fault}`));
  };
  await shoot("light");
  await audit("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(theme).toBe("dark");
  await shoot("dark");
  await audit("dark", COLOURS);
  for (const [look, width, rules] of [
    ["phone", 360, {}],
    ["twice", 640, ALL_BUT_COLOURS],
  ] as const) {
    await page.setViewportSize({ width, height: 740 });
    await shoot(look);
    // Else one would have to scroll sideways.
    expect(
      await page.evaluate("document.documentElement.scrollWidth - innerWidth"),
      `${name} at ${width} px`,
    ).toBeLessThanOrEqual(0);
    await audit(look, rules);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(theme).toBe("light");
  expect.soft(broken).toEqual([]);
}
