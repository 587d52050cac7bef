/**
 * Takes the owner's condition out of the product's own SQL, one at a time, on its way to the server. What the database
 * then shows of others is what the second wall lets through.
 */
import pg from "pg";

/** One condition of one statement. */
export interface Mutation {
  text: string;
  occurrence: number;
}

const OWNER = /((?:"?\w+"?\.)?"?user_id"?)\s*(?:=|is not distinct from)\s*(\$\d+)/gi;

interface Parse {
  text: string;
}

export function watchStatements() {
  const connection = (pg as unknown as { Connection: { prototype: { parse(query: Parse): void } } })
    .Connection.prototype;
  const parse = connection.parse;
  const seen = new Set<string>();
  let target: Mutation | undefined;
  let hits = 0;
  connection.parse = function (query) {
    seen.add(query.text);
    if (target?.text === query.text) {
      hits += 1;
      return parse.call(this, { ...query, text: forget(target) });
    }
    return parse.call(this, query);
  };
  return {
    /** Statements since the last time. */
    take() {
      const taken = [...seen];
      seen.clear();
      return taken;
    },
    forget(mutation: Mutation | undefined) {
      target = mutation;
      hits = 0;
    },
    hits: () => hits,
    stop() {
      connection.parse = parse;
    },
  };
}

export function mutationsOf(text: string): Mutation[] {
  return [...text.matchAll(OWNER)].map((_, occurrence) => ({ text, occurrence }));
}

/** The parameter stays, so that its type does. An insert's row and what it returns are no conditions. */
function forget({ text, occurrence }: Mutation) {
  let at = -1;
  return text.replaceAll(OWNER, (whole, _column: string, parameter: string) => {
    at += 1;
    return at === occurrence ? `(${parameter}::uuid is not null)` : whole;
  });
}
