import type { Page } from "playwright-core";
import { PASSWORD } from "./app.ts";

/** By the form, as a student does; the page that follows is `next`. */
export async function logIn(page: Page, url: string, email: string, next = "/") {
  await page.goto(`${url}/login${next === "/" ? "" : `?next=${next}`}`);
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL((address) => address.pathname === next);
}
