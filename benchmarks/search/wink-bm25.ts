/**
 * The peer: wink-bm25-text-search with its own tokenizer, stop words and Porter stemmer
 * (https://winkjs.org/wink-bm25-text-search/).
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export function winkBm25(passages: { id: string; heading: string | null; text: string }[]) {
  const engine = require("wink-bm25-text-search")();
  const nlp = createRequire(require.resolve("wink-bm25-text-search"))("wink-nlp-utils");
  engine.defineConfig({ fldWeights: { body: 1 } });
  engine.definePrepTasks([
    nlp.string.lowerCase,
    nlp.string.tokenize0,
    nlp.tokens.removeWords,
    nlp.tokens.stem,
  ]);
  passages.forEach(({ heading, text }, i) =>
    engine.addDoc({ body: `${heading ?? ""} ${text}` }, i),
  );
  engine.consolidate();
  return (q: string): string[] => engine.search(q, 10).map(([i]: [number]) => passages[i]!.id);
}
