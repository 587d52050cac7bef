/** Which sentences of an answer carry a quotation, and which only claim to rest on a source. */
import { sentencesOf } from "#server/features/search/sentences.ts";
import { saysOfItself } from "./tutor-sentences.ts";

/** "[3]", right after the sentence or in it. */
const WITNESS = /\[\d{1,3}\]/;
/** "According to your lecture (5, page 3)", "laut deinen Folien", "as your notes say on page 2". */
const CLAIMS =
  /(?<!\p{L})(?:(?:according to|as stated in|as mentioned in|as your|your) (?:own )?(?:lecture|notes?|slides?|materials?|recording|document)|(?:in|on|from) (?:your )?(?:lecture|slide|page|chapter) \d+|laut (?:deine[rnms]?|der|den|dem|ihre[rnm]?) \p{L}+|(?:auf|in) (?:Seite|Folie|Vorlesung|Kapitel) \d+|selon (?:ton|ta|tes|votre|vos|le|la) (?:cours|notes?|diapositives?|documents?)|(?:à la )?page \d+|según (?:tus?|la|el|los) (?:apuntes|clase|notas|diapositivas?|documentos?)|(?:en la )?página \d+|secondo (?:i tuoi|la tua|le tue|gli) \p{L}+|pagina \d+|volgens (?:je|de|het) \p{L}+)(?!\p{L})/iu;

export function witnessesOf(content: string) {
  const text = content.replace(/^```[^]*?^```/gm, "");
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
  return {
    sentences: spoken.length,
    sentences_with_witness: spoken.filter((sentence) => WITNESS.test(sentence)).length,
    claims_without_witness: spoken.filter(
      // That the materials say nothing rests on no source.
      (sentence) =>
        !WITNESS.test(sentence) && CLAIMS.test(sentence) && !saysOfItself(sentence.trim()),
    ),
  };
}
