/** Whether letters can be words of any language. A PDF may map its shapes to wrong letters, all of them valid. */

/** Less than this says nothing: tables, formulas and names are like that. */
const ENOUGH = 100;
/** A page of signs without letters says nothing, however short. */
const FEW = 4;
/**
 * Of the letters of a text in Latin script between a third and a half are vowels; Welsh and Czech keep above a quarter.
 */
const FEWEST_VOWELS = 0.16;

export function isNonsense(text: string): boolean {
  const signs = text.match(/\S/gu)?.length ?? 0;
  const letters = text.match(/[\p{L}\p{M}]/gu)?.length ?? 0;
  const digits = text.match(/\p{N}/gu)?.length ?? 0;
  if (signs >= FEW && letters + digits < signs * 0.3) return true;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (latin < ENOUGH || latin < letters * 0.9 || letters < signs * 0.5) return false;
  const vowels = text.normalize("NFD").match(/[aeiouyæœøı]/giu)?.length ?? 0;
  return vowels < latin * FEWEST_VOWELS;
}
