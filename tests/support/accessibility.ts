/** What axe (https://github.com/dequelabs/axe-core) finds against WCAG 2.2 A and AA. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export interface Rules {
  runOnly?: string[];
  rules?: Record<string, { enabled: boolean }>;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @param rules all of the standard, unless others are named: https://github.com/dequelabs/axe-core */
export async function faultsOf(page: Page, rules: Rules = {}): Promise<string[]> {
  // A colour on its way from one theme to the other fails a contrast that it does not have.
  await page.addStyleTag({ content: "*{transition:none!important;animation:none!important}" });
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    `axe.run(document, ${JSON.stringify({ runOnly: STANDARD, ...rules })})`,
  )) as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}
