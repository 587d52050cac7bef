import type { Student, TestApp } from "#tests/support/app.ts";
import type { Operation } from "#tests/support/openapi-requests.ts";
import { createRandom } from "#tests/support/openapi-values.ts";
import { cellsOf, stockOf, tryCell, type Cell, type Finding, type Prey } from "./cross-user.ts";
import { mutationsOf, watchStatements, type Mutation } from "./forget-owners.ts";

export interface Hunt {
  /** Statements whose condition was really taken out, one after the other. */
  mutations: number;
  leaks: (Finding & { statement: string })[];
}

/**
 * Learns which statements each operation sends, then sends it again with one owner's condition missing.
 * @param options.most mutations that are tried; a sample by the seed where there are more.
 */
export async function huntMutations(
  app: TestApp,
  operations: Operation[],
  { intruder, prey }: { intruder: Student; prey: Prey },
  options: { most: number; seed: number; log?: (line: string) => void },
): Promise<Hunt> {
  const wire = watchStatements();
  try {
    const cellOf = new Map<string, Cell>();
    const all: Mutation[] = [];
    for (const cell of cellsOf(operations, 2)) {
      wire.take();
      await tryCell(intruder, prey, cell);
      for (const text of wire.take()) {
        if (cellOf.has(text)) continue;
        cellOf.set(text, cell);
        all.push(...mutationsOf(text));
      }
    }
    const random = createRandom(options.seed);
    const chosen = all
      .map((mutation) => ({ mutation, order: random() }))
      .toSorted((a, b) => a.order - b.order)
      .slice(0, options.most);
    const before = JSON.stringify(await stockOf(prey.student.id, app.context.database));
    const leaks: Hunt["leaks"] = [];
    let mutations = 0;
    for (const { mutation } of chosen) {
      wire.forget(mutation);
      const found = await tryCell(intruder, prey, cellOf.get(mutation.text)!);
      const hit = wire.hits() > 0;
      wire.forget(undefined);
      if (!hit) continue;
      mutations += 1;
      const statement = mutation.text.replaceAll(/\s+/g, " ").slice(0, 200);
      if (found) leaks.push({ ...found, statement });
      if (mutations % 50 === 0) options.log?.(`${mutations} of ${chosen.length}`);
    }
    const after = JSON.stringify(await stockOf(prey.student.id, app.context.database));
    if (before !== after)
      leaks.push({ request: "all", why: "something of the victim changed", statement: "" });
    return { mutations, leaks };
  } finally {
    wire.stop();
  }
}
