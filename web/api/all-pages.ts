import type { Page } from "#server/http/router.ts";
import { request } from "./client.ts";

interface Asked {
  /** Beside the cursor; with the `limit` of a page. */
  query: Record<string, string | number | undefined>;
  signal?: AbortSignal;
  /** Items after which no further page is asked for; the last one may bring more. */
  most?: number;
}

/** Every item of a list, page after page. */
export async function requestAll<T>(path: string, { query, signal, most = Infinity }: Asked) {
  const all: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page: Page<T> = await request(path, {
      query: { ...query, cursor },
      ...(signal && { signal }),
    });
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && all.length < most);
  return all;
}
