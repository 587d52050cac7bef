/**
 * The voices of a Kokoro model: one for each of its speakers, whose names begin with language and sex (`af_heart`).
 * https://huggingface.co/hexgrad/Kokoro-82M/blob/main/VOICES.md
 */
import { basename } from "node:path";
import type { LocalModel } from "#server/providers/models/models.ts";
import { readOnnxMetadata } from "#server/providers/models/onnx.ts";
import type { Voice } from "./contract.ts";
import type { KokoroFiles } from "./speech-messages.ts";

/** A voice, and how sherpa-onnx is told to speak with it; the numbers of speakers are from 0. */
export interface KokoroVoice {
  voice: Voice;
  speaker: number;
  files: KokoroFiles;
}

interface Tongue {
  language: string;
  /** eSpeak's name of the language, whose sounds the model is given. */
  espeak?: string;
  /** A file of pronunciations, where eSpeak's are not those of the model. */
  lexicon?: string;
}

/** Not Japanese: neither sherpa-onnx nor eSpeak NG reads its characters. */
const TONGUES: Record<string, Tongue> = {
  a: { language: "en-US", espeak: "en-us" },
  b: { language: "en-GB", espeak: "en-gb" },
  e: { language: "es", espeak: "es" },
  f: { language: "fr-FR", espeak: "fr-fr" },
  h: { language: "hi", espeak: "hi" },
  i: { language: "it", espeak: "it" },
  p: { language: "pt-BR", espeak: "pt-br" },
  z: { language: "zh-CN", lexicon: "lexicon-zh.txt" },
};

/** The grades of their own page: of each language its best comes first, which then reads where none is chosen. */
const BEST = ["af_heart", "bf_emma", "zf_xiaoxiao"];

/** @returns nothing where it is no model of Kokoro's, or cannot be read. */
export async function readKokoroVoices(model: LocalModel): Promise<KokoroVoice[]> {
  const metadata = await readOnnxMetadata(model.config["model"] as string);
  const count = Number(metadata?.get("n_speakers"));
  if (metadata?.get("model_type") !== "kokoro" || !(count >= 1 && count <= 1000)) return [];
  const names = (metadata.get("speaker_names") ?? "").split(",");
  // The first version takes English only.
  const first = Number(metadata.get("version") ?? 1) < 2;
  return Array.from({ length: Math.floor(count) }, (_, speaker) => {
    const name = names[speaker]?.trim() || `af_${speaker + 1}`;
    const files = filesOf(model, name, first);
    const language = TONGUES[name[0]!]?.language;
    if (!files || !language) return [];
    const voice = { id: `${model.id}/${name}`, label: `${labelOf(name)} (Kokoro)`, language };
    return [{ voice, speaker, files }];
  })
    .flat()
    .toSorted((a, b) => gradeOf(a) - gradeOf(b) || a.speaker - b.speaker);
}

/** @returns undefined where nothing says how its language is pronounced. */
function filesOf({ config }: LocalModel, name: string, first: boolean): KokoroFiles | undefined {
  const tongue = TONGUES[name[0]!];
  const files = {
    kind: "kokoro" as const,
    model: config["model"] as string,
    voices: config["voices"] as string,
    tokens: config["tokens"] as string,
    rules: [],
  };
  if (first) return tongue?.language.startsWith("en") ? files : undefined;
  if (tongue?.espeak !== undefined) return { ...files, espeak: tongue.espeak };
  const others = config["others"] as string[];
  const lexicon = others.find((path) => basename(path) === tongue?.lexicon);
  const rules = others.filter((path) => path.endsWith(".fst"));
  return lexicon === undefined ? undefined : { ...files, lexicon, rules };
}

function gradeOf({ voice: { id } }: KokoroVoice) {
  return BEST.some((name) => id.endsWith(`/${name}`)) ? 0 : 1;
}

/** `af_heart` is Heart. */
function labelOf(name: string) {
  const own = name.replace(/^[a-z]{2}_/, "");
  return own.charAt(0).toUpperCase() + own.slice(1);
}
