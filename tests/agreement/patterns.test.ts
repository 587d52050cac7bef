/**
 * No pattern of the product takes a time that grows faster than the text it reads: with its square where each of a row
 * of signs is a new beginning, or twofold with each sign. scslre finds both (https://github.com/RunDevelopment/scslre).
 * What stays is named here, with what bounds the text.
 */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { analyse } from "scslre";
import { expect, it } from "vitest";
import { statementsOf, visit } from "#tests/support/syntax.ts";

const CHILD = "is read in a process of its own, which is ended after its time";
const WORD = "one word, of at most 100 letters";
const ANSWER = "an answer of a language model, as long as the operator lets it be";
const HELD = "what the gate holds back of an answer, at most LONGEST of quote-reader.ts";
const OWN = "the student's own text, in the student's own browser";
const OPERATOR = "written by who runs the installation";

const SMALL_TALK = "a message of at most 60 characters";
const PASSAGE = "a passage, of at most 1,000 characters";

const PARSING = "server/features/content/study-materials/parsing";

/** File and how the pattern begins. */
const BOUNDED: Record<string, string> = {
  "database/generate.ts \\w+(?:Value|Column)\\b": OPERATOR,
  [`${PARSING}/docx-inline.ts \\\\o(?:\\\\a[lcrd])?\\s*\\(\\\\s\\\\up\\s*\\d*\\s*\\(`]: CHILD,
  "server/features/content/study-materials/parsing/docx-inline.ts \\\\s\\\\do\\s*\\d*\\s*\\(([^()]*)\\)":
    CHILD,
  "server/features/content/study-materials/parsing/docx-inline.ts \\\\s\\\\up\\s*\\d*\\s*\\(([^()]*)\\)":
    CHILD,
  "server/features/content/study-materials/parsing/docx-inline.ts ^\\s*SYMBOL\\s+(0x[\\da-f]+|\\d+)(?:.*\\\\f\\s+":
    CHILD,
  "server/features/content/study-materials/parsing/hyphens.ts ([\\p{L}\\p{M}\\p{N}]+(?:[-\\u2010][\\p{L}\\p{":
    "the last 80 letters of a line",
  'server/features/interactions/quote-gate.ts ["“„«‘「『]([^"”»’」』]{3,})["”»“’」』]': HELD,
  "server/features/interactions/quote-gate.ts \\s*(?:\\[\\s*)?(?:\\.{3}|…)(?:\\s*\\])?\\s*": HELD,
  "server/features/interactions/quote-gate.ts \\[\\[[^\\]]*$": HELD,
  "server/features/interactions/quote-gate.ts \\s*\\[\\[?\\d[\\s\\S]*?\\]\\]?\\s*": HELD,
  "server/features/interactions/quote-gate.ts ^\\[\\[?\\s*(?:passage\\s*)?#?(\\d+(?:\\s*,\\s*":
    HELD,
  "server/features/interactions/sentence-offers.ts (?:\\d{1,2}(?:st|nd|rd|th|\\.|er|º)?\\s+(?:":
    "one sentence of a passage",
  "server/features/interactions/short-answer.ts (?:^|[.!?:…][\"'”’»)]*\\s+|(?:^|\\n)\\s*(?:[":
    PASSAGE,
  "server/features/interactions/small-talk.ts ^[^\\p{L}\\p{N}]*(?:(?:ok(?:ay)?|great|per":
    SMALL_TALK,
  "server/features/interactions/small-talk.ts ^[^\\p{L}\\p{N}]*(?:(?:ok(?:ay)?|super|gut":
    SMALL_TALK,
  "server/features/interactions/small-talk.ts ^[^\\p{L}\\p{N}]*(?:(?:ok|certo|perfeito)?":
    SMALL_TALK,
  "server/features/interactions/small-talk.ts ^[^\\p{L}\\p{N}]*(?:(?:ok|oké|top|prima)?[":
    SMALL_TALK,
  "server/features/interactions/small-talk.ts ^[^\\p{L}\\p{N}]*(?:(?:ok|perfetto|va bene":
    SMALL_TALK,
  "server/features/interactions/small-talk.ts ^[^\\p{L}\\p{N}]*(?:(?:ok|super|parfait|d[":
    SMALL_TALK,
  "server/features/interactions/small-talk.ts ^[^\\p{L}\\p{N}]*(?:(?:ok|vale|genial|perf":
    SMALL_TALK,
  "server/features/search/fold-text.ts (?<=[\\p{Script=Latin}\\p{Script=Greek}\\p{": WORD,
  "server/features/search/words.ts (?<![\\p{L}\\p{N}*])(\\p{L}{1,12}\\+\\+|\\p{L}":
    "what one alternative gives up, the last one takes whole",
  "server/features/search/words.ts (?<=\\p{L}{2}|\\p{N})[\\u00b9\\u00b2\\u00b3\\u": WORD,
  'server/features/study/cards/suggestions/read-items.ts (?<=":\\s*"[^"\\n]*)\\n': ANSWER,
  "server/features/study/cards/transfers/read-collection.ts \\{\\{(?:[^}:]+:)*cloze:([^}]+)\\}\\}":
    CHILD,
  "server/features/study/cards/transfers/read-collection.ts \\{\\{(?:[^}:]+:)?Witness\\}\\}": CHILD,
  "server/features/study/overviews/summaries/ask-for-summary.ts ([^[\\]]+?)((?:\\s*\\[\\d+\\])+[.!]?|$)":
    ANSWER,
  "server/features/transcription/captions/cue-text.ts ^<(?:\\/(?:i|b|u|s|em|strong|strike|font|":
    "a mark of at most 300 letters",
  "server/features/transcription/captions/cue-text.ts ^<v(?:\\.[^<>\\s]*)?\\s+([^<>]+)>":
    "a mark of at most 300 letters",
  "server/features/vocabulary/sounds.ts (?<=.)[dtsxpz]+$": WORD,
  'server/features/vocabulary/written-forms.ts (?:^|[.:;!?•\\-–—*|>("“„«\\n])\\s*$':
    "the three characters before a word",
  "server/features/vocabulary/written-forms.ts \\p{L}.*\\p{Lu}": WORD,
  "server/setting-types.ts ^(?:[A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?|[": OPERATOR,
  "server/text-encoding/declared-encodings.ts \\bcharset\\s*=\\s*[\"']?\\s*([^\\s\"'/>;]+)":
    "the first kilobytes of a file",
  "web/features/transcription/caption-remark.tsx (\\d+) cues? (had no time|begins? after)[":
    "a sentence of the server's own",
  "web/ui/markdown/prepare.ts (?:^|\\n) {0,3}(`{3,}|~{3,})[\\s\\S]*?(?:\\n": OWN,
};

interface Pattern {
  file: string;
  source: string;
  flags: string;
}

const FILES = globSync("{server,cli,web,database}/**/*.{ts,tsx}").filter(
  (file) => !/\.test\.tsx?$|\.d\.ts$/.test(file),
);

function written(): Pattern[] {
  return FILES.flatMap((file) => {
    const found: Pattern[] = [];
    visit(statementsOf(file, readFileSync(file, "utf8")), ({ regex }) => {
      const { pattern, flags } = (regex ?? {}) as { pattern?: string; flags?: string };
      if (pattern !== undefined) found.push({ file, source: pattern, flags: flags! });
    });
    return found;
  });
}

/** Those that are put together when a module is loaded. */
function putTogether(): Pattern[] {
  const script = `
    const found = new Map();
    globalThis.RegExp = new Proxy(RegExp, {
      construct(target, given, asked) {
        const made = Reflect.construct(target, given, asked);
        const file = /\\/((?:server|database)\\/[^:]+\\.ts):/.exec(new Error().stack)?.[1];
        if (file && !/node_modules/.test(new Error().stack.split("\\n")[2]))
          found.set(made.source + made.flags, { file, source: made.source, flags: made.flags });
        return made;
      },
    });
    await import("#server/app.ts");
    await import("#server/worker/handlers.ts");
    process.stdout.write(JSON.stringify([...found.values()]), () => process.exit());`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Pattern[];
}

it("no pattern reads in more than linear time what is not bounded", () => {
  const all = [...written(), ...putTogether()];
  expect(all.length).toBeGreaterThan(900);
  const slow = all.flatMap(({ file, source, flags }) => {
    const { reports } = analyse({ source, flags });
    if (reports.length === 0) return [];
    const growth = reports.some(({ exponential }) => exponential) ? "exponential" : "polynomial";
    return [{ key: `${file} ${source.slice(0, 40)}`, growth }];
  });
  expect(slow.filter(({ growth }) => growth === "exponential")).toEqual([]);
  expect([...new Set(slow.map(({ key }) => key))].toSorted()).toEqual(
    Object.keys(BOUNDED).toSorted(),
  );
});
