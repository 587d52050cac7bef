/** A page held against WCAG 2.2 AA by axe, in light and dark; it must fit 360 px. */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { faultsOf } from "./accessibility.ts";

/**
 * Three looks of the page that is open: as it is, dark, and on a small phone. LM_TEST_SHOTS names a folder for
 * pictures.
 */
export async function inspectPage(page: Page, name: string) {
  await page.locator("h1").first().waitFor({ state: "attached" });
  const shots = process.env["LM_TEST_SHOTS"];
  const shoot = async (look: string) => {
    if (shots) await page.screenshot({ path: join(shots, `${name}-${look}.png`) });
  };
  const theme = () => page.evaluate("document.documentElement.dataset.theme");
  const broken: string[] = [];
  const audit = async (look: string) => {
    broken.push(...(await faultsOf(page)).map((fault) => `${name} ${look}: ${fault}`));
  };
  await shoot("light");
  await audit("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(theme).toBe("dark");
  await shoot("dark");
  await audit("dark");
  await page.setViewportSize({ width: 360, height: 740 });
  await shoot("phone");
  // Else one would have to scroll sideways.
  expect(
    await page.evaluate("document.documentElement.scrollWidth - innerWidth"),
    `${name} at 360 px`,
  ).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(theme).toBe("light");
  expect.soft(broken).toEqual([]);
}
