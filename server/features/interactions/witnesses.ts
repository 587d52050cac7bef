/** Which sentences of an answer carry a quotation, and which only claim to rest on a source. */
import { sentencesOf } from "#server/features/search/sentences.ts";
import { claimsSource } from "./source-claims.ts";
import { saysOfItself } from "./tutor-sentences.ts";

/** "[3]", right after the sentence or in it. */
const WITNESS = /\[\d{1,3}\]/;
/** @param byModel what is not made of quotations alone, and may claim something. */
export function witnessesOf(content: string, byModel: boolean) {
  const text = content
    .replace(/^```[^]*?^```/gm, "")
    // Of pictures and links their words.
    .replace(/!?\[([^\][]{0,300})\]\([^\s()]{0,2000}\)/g, "$1");
  const sentences: string[] = [];
  for (const { start, end } of sentencesOf(text, "blocks")) {
    const sentence = text.slice(start, end);
    // A number of a quotation alone belongs to the sentence before it.
    if (!/\p{L}/u.test(sentence.replace(WITNESS, "")) && sentences.length > 0)
      sentences.push(`${sentences.pop()} ${sentence}`);
    else if (WITNESS.test(sentence.slice(0, 5)) && sentences.length > 0) {
      const number = /^(?:\s*\[\d{1,3}\])+/.exec(sentence)![0];
      sentences.push(`${sentences.pop()}${number}`, sentence.slice(number.length).trim());
    } else sentences.push(sentence);
  }
  const spoken = sentences.filter((sentence) => /\p{L}/u.test(sentence));
  const without = byModel ? spoken.filter((sentence) => !WITNESS.test(sentence)) : [];
  return {
    sentences: spoken.length,
    sentences_with_witness: spoken.filter((sentence) => WITNESS.test(sentence)).length,
    sentences_without_witness: without,
    // That the materials say nothing rests on no source.
    claims_without_witness: without.filter(
      (sentence) => claimsSource(sentence) && !saysOfItself(sentence.trim()),
    ),
  };
}
