/** Who speaks: by WebVTT's voices, or by names before a colon where the file uses them as such. */
import type { Cue } from "./contract.ts";
import type { MarkedLine } from "./cue-text.ts";

/** "ADA:", "Prof. Muster:", "SPEAKER 2:", "张老师：": up to four words that begin like a name. */
const NAMED =
  /^(?:>>\s*)?((?:[\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*)(?: (?:[\p{Lu}\p{Lo}\d(][\p{L}\p{M}\d.'’()-]*|von|van|de|da|la|el)){0,3})\s?[:：]\s*(\S.*)$/u;
/** What lecturers write before a colon and nobody is called. */
const NO_NAME =
  /^(?:note|example|question|answer|definition|theorem|lemma|proof|step|part|chapter|lecture|exercise|remark|warning|hint|summary|q|a|fig|figure|table|beispiel|frage|antwort|definition|satz|beweis|exemple|question|réponse|définition)s?\b/i;

export function nameSpeakers(cues: { cue: Cue; lines: MarkedLine[] }[]): Cue[] {
  const voiced = cues.map(({ cue, lines }) => withVoices(cue, lines));
  return voiced.some((cue) => cue.speaker) ? voiced : withNamesBeforeColons(voiced);
}

function withVoices(cue: Cue, lines: MarkedLine[]): Cue {
  const voices = lines.flatMap((line) => line.voices);
  if (voices.length === 0) return cue;
  const names = new Set(voices.map(({ name }) => name));
  const beginsWithOne = lines[0]?.voices[0]?.at === 0;
  if (names.size === 1 && beginsWithOne) return { ...cue, speaker: [...names][0]! };
  // Several in one cue, which stays one: their names stand in the text.
  return {
    ...cue,
    lines: lines.map((line) => ({
      text: line.voices
        .toReversed()
        .reduce(
          (text, { at, name }) =>
            `${text.slice(0, at).trimEnd()} ${name}: ${text.slice(at).trimStart()}`,
          line.text,
        )
        .trim(),
    })),
  };
}

function withNamesBeforeColons(cues: Cue[]): Cue[] {
  const counts = new Map<string, number>();
  const nameOf = (cue: Cue) => {
    const found = NAMED.exec(cue.lines[0]?.text.slice(0, 400) ?? "");
    return found && !NO_NAME.test(found[1]!) ? found[1]! : undefined;
  };
  for (const cue of cues) {
    const name = nameOf(cue);
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const labelled = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const inCapitals = [...counts.keys()].every(
    (name) => name === name.toUpperCase() && name.length > 1,
  );
  // One sentence with a colon makes nobody a speaker.
  if (labelled < 2 || !(inCapitals || (counts.size > 1 && labelled >= cues.length / 4)))
    return cues;
  return cues.map((cue) => {
    const speaker = nameOf(cue);
    const [first, ...rest] = cue.lines;
    const text = first && NAMED.exec(first.text)?.[2];
    return speaker && text ? { ...cue, speaker, lines: [{ text }, ...rest] } : cue;
  });
}
