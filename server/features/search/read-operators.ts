/** What a student can write in a search beside words: "a phrase", -without, and the beginning of a word with a star. */

export interface Operators {
  /** What is left: plain words, those of the phrases included. */
  words: string;
  /** In quotation marks of any language: found only as they stand. */
  phrases: string[];
  /** After a minus sign: passages that have it are left out. */
  without: string[];
  /** Before a star: any word that begins so. */
  prefixes: string[];
}

const PHRASE =
  /(?<minus>(?<![\p{L}\p{N}])[-−])?(?:["＂](?<a>[^"＂]{2,200})["＂]|“(?<b>[^“”]{2,200})”|„(?<c>[^“”„]{2,200})[“”]|«(?<d>[^«»]{2,200})»|»(?<e>[^«»]{2,200})«|「(?<f>[^「」]{1,200})」|『(?<g>[^『』]{1,200})』|‹(?<h>[^‹›]{2,200})›|‚(?<i>[^‚‘]{2,200})‘)/gu;
const WITHOUT = /(?<=^|\s)[-−](?=\p{L})(\S{1,100})/gu;
const PREFIX = /(?<![\p{L}\p{N}])([\p{L}\p{N}][\p{L}\p{M}\p{N}]{1,99})\*(?![\p{L}\p{N}*])/gu;
const MOST = 8;

export function readOperators(q: string): Operators {
  const phrases: string[] = [];
  const without: string[] = [];
  const prefixes: string[] = [];
  const words = q
    .replace(PHRASE, (_, ...rest: unknown[]) => {
      const { minus, ...marks } = rest.at(-1) as Record<string, string | undefined>;
      const phrase = Object.values(marks).find((inside) => inside !== undefined)!;
      (minus ? without : phrases).push(phrase);
      return minus ? " " : ` ${phrase} `;
    })
    .replace(WITHOUT, (_, word: string) => {
      without.push(word);
      return " ";
    })
    .replace(PREFIX, (_, prefix: string) => {
      prefixes.push(prefix);
      return " ";
    });
  return {
    words,
    phrases: phrases.slice(0, MOST),
    without: without.slice(0, MOST),
    prefixes: prefixes.slice(0, MOST),
  };
}
