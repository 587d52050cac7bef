import { Readable } from "node:stream";
import type { Context } from "hono";
import { inTurns, jsonWithList } from "#server/turns.ts";
import type { AppEnv } from "./router.ts";

/** As `c.json({ ...head, [key]: items }, 200)` where the list may be so long that others would wait for it. */
export function jsonInTurns<Head extends object, Key extends string, Item>(
  c: Context<AppEnv>,
  head: Head,
  key: Key,
  items: Iterable<Item>,
) {
  type Answer = ReturnType<typeof c.json<Head & Record<Key, Item[]>, 200>>;
  c.header("Content-Type", "application/json");
  const body = Readable.from(inTurns(jsonWithList(head, key, items)), { objectMode: false });
  // A stream says nothing of what is in it.
  return c.body(Readable.toWeb(body) as ReadableStream, 200) as unknown as Answer;
}
