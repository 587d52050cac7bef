/**
 * Models of speech and voices that sherpa-onnx runs and models for search by meaning, that may be fetched, one file at
 * a time, from Hugging Face (or a mirror of it). Nothing here is fetched unless somebody asks. Where no SHA-256 stands,
 * the one that the server states for the file (`X-Linked-ETag`) is checked, and where it states none, the one of the
 * first download is kept and checked from then on. https://k2-fsa.github.io/sherpa/onnx/pretrained_models/index.html
 */
import type { ModelPurpose } from "./contract.ts";

export interface CatalogFile {
  name: string;
  /** In the repository, where it stands elsewhere there. */
  path?: string;
  /** Another than the model's. */
  repository?: string;
  /** Bytes. */
  size?: number;
  sha256?: string;
}

export interface CatalogModel {
  id: string;
  label: string;
  /** BCP 47; undefined for Whisper's hundred. */
  languages: string[] | undefined;
  licence: string;
  /** Left out: speech to text. */
  purpose?: Exclude<ModelPurpose, "speech">;
  /** As the source's page says; the exact size is the server's. */
  aboutMegabytes: number;
  /** Owner and name on Hugging Face. */
  repository: string;
  /** The commit of the files; left out: the newest. */
  revision?: string;
  files: CatalogFile[];
  /**
   * `auto` prefers the lowest that is present: best words first, among those that keep up with a lecture on two cores.
   */
  rank: number;
}

const moonshine = [
  "preprocess.onnx",
  "encode.int8.onnx",
  "uncached_decode.int8.onnx",
  "cached_decode.int8.onnx",
  "tokens.txt",
];
const transducer = ["encoder.int8.onnx", "decoder.int8.onnx", "joiner.int8.onnx", "tokens.txt"];
const whisper = (size: string) => [
  `${size}-encoder.int8.onnx`,
  `${size}-decoder.int8.onnx`,
  `${size}-tokens.txt`,
];
const named = (names: string[]): CatalogFile[] => names.map((name) => ({ name }));

const sentenceTransformer: CatalogFile[] = [
  { name: "model_quantized.onnx", path: "onnx/model_quantized.onnx" },
  { name: "tokenizer.json" },
  { name: "tokenizer_config.json" },
];

/**
 * A voice of Piper's of medium quality. The hashes are those that others who pin these files publish, each found in two
 * places at least. Only voices whose recordings may be used for everything are here.
 */
function piper(
  voice: { id: string; label: string; languages: string[]; licence: string; rank: number },
  model: { sha256: string },
  settings: { size?: number; sha256: string },
): CatalogModel {
  const [locale, name, quality] = voice.id.split("-") as [string, string, string];
  const path = `${locale.split("_")[0]}/${locale}/${name}/${quality}/${voice.id}.onnx`;
  return {
    ...voice,
    purpose: "voice",
    aboutMegabytes: 63,
    repository: "rhasspy/piper-voices",
    files: [
      { name: `${voice.id}.onnx`, path, size: 63_201_294, ...model },
      { name: `${voice.id}.onnx.json`, path: `${path}.json`, ...settings },
    ],
  };
}

/**
 * Kokoro 82M as sherpa-onnx packs it: https://k2-fsa.github.io/sherpa/onnx/tts/pretrained_models/kokoro.html. Sizes and
 * hashes are those that others who pin these two commits publish, each found in two places at least; of the files for
 * Chinese none was found for them. eSpeak's data come with the program.
 */
function kokoro(
  model: { id: string; label: string; aboutMegabytes: number; revision: string; rank: number },
  weights: CatalogFile,
  voices: Pick<CatalogFile, "size" | "sha256">,
): CatalogModel {
  return {
    ...model,
    purpose: "voice",
    languages: ["en", "es", "fr", "hi", "it", "pt", "zh"],
    licence: "Apache-2.0",
    repository: `csukuangfj/${model.id}`,
    files: [
      weights,
      { name: "voices.bin", ...voices },
      {
        name: "tokens.txt",
        size: 687,
        sha256: "6ebb6bb288f20f3ae8d004d3c2ca27697da27c037d75e81a60e2a6a663f95425",
      },
      ...named(["lexicon-zh.txt", "date-zh.fst", "number-zh.fst", "phone-zh.fst"]),
    ],
  };
}

/** The 25 languages of the model's card: https://huggingface.co/nvidia/parakeet-tdt-0.6b-v3 */
const EUROPEAN = "bg hr cs da nl en et fi fr de el hu it lv lt mt pl pt ro sk sl es sv ru uk".split(
  " ",
);

export const MODEL_CATALOG: CatalogModel[] = [
  {
    id: "parakeet-tdt-0.6b-v3",
    label: "Parakeet TDT 0.6B v3 (NVIDIA): 25 European languages, word times",
    languages: EUROPEAN,
    licence: "CC-BY-4.0",
    aboutMegabytes: 670,
    repository: "csukuangfj/sherpa-onnx-nemo-parakeet-tdt-0.6b-v3-int8",
    files: named(transducer),
    rank: 10,
  },
  {
    id: "parakeet-tdt-0.6b-v2",
    label: "Parakeet TDT 0.6B v2 (NVIDIA): English, word times",
    languages: ["en"],
    licence: "CC-BY-4.0",
    aboutMegabytes: 660,
    repository: "csukuangfj/sherpa-onnx-nemo-parakeet-tdt-0.6b-v2-int8",
    files: named(transducer),
    rank: 20,
  },
  {
    id: "moonshine-base-en",
    label: "Moonshine base: English, good and fast",
    languages: ["en"],
    licence: "MIT",
    aboutMegabytes: 290,
    repository: "csukuangfj/sherpa-onnx-moonshine-base-en-int8",
    files: named(moonshine),
    rank: 30,
  },
  {
    id: "moonshine-tiny-en",
    label: "Moonshine tiny: English, the fastest",
    languages: ["en"],
    licence: "MIT",
    aboutMegabytes: 125,
    repository: "csukuangfj/sherpa-onnx-moonshine-tiny-en-int8",
    files: named(moonshine),
    rank: 40,
  },
  {
    id: "whisper-small",
    label: "Whisper small: a hundred languages, detects which",
    languages: undefined,
    licence: "MIT",
    aboutMegabytes: 375,
    repository: "csukuangfj/sherpa-onnx-whisper-small",
    files: named(whisper("small")),
    rank: 50,
  },
  {
    id: "whisper-base",
    label: "Whisper base: a hundred languages, detects which",
    languages: undefined,
    licence: "MIT",
    aboutMegabytes: 160,
    repository: "csukuangfj/sherpa-onnx-whisper-base",
    files: named(whisper("base")),
    rank: 60,
  },
  {
    id: "whisper-base.en",
    label: "Whisper base: English only",
    languages: ["en"],
    licence: "MIT",
    aboutMegabytes: 160,
    repository: "csukuangfj/sherpa-onnx-whisper-base.en",
    files: named(whisper("base.en")),
    rank: 65,
  },
  {
    id: "whisper-tiny",
    label: "Whisper tiny: a hundred languages, rough",
    languages: undefined,
    licence: "MIT",
    aboutMegabytes: 104,
    repository: "csukuangfj/sherpa-onnx-whisper-tiny",
    files: named(whisper("tiny")),
    rank: 70,
  },
  {
    id: "whisper-tiny.en",
    label: "Whisper tiny: English only, rough",
    languages: ["en"],
    licence: "MIT",
    aboutMegabytes: 104,
    repository: "csukuangfj/sherpa-onnx-whisper-tiny.en",
    files: named(whisper("tiny.en")),
    rank: 75,
  },
  {
    id: "whisper-turbo",
    label: "Whisper large-v3 turbo: a hundred languages, slow without a graphics card",
    languages: undefined,
    licence: "MIT",
    aboutMegabytes: 1040,
    repository: "csukuangfj/sherpa-onnx-whisper-turbo",
    files: named(whisper("turbo")),
    rank: 80,
  },

  {
    id: "speakers-pyannote",
    label: "Who speaks when: pyannote 3.0 and WeSpeaker ResNet34-LM, any language",
    purpose: "speakers",
    languages: undefined,
    licence: "MIT, CC-BY-4.0",
    aboutMegabytes: 33,
    repository: "csukuangfj/sherpa-onnx-pyannote-segmentation-3-0",
    files: [
      {
        name: "segmentation.onnx",
        path: "model.onnx",
        size: 5_992_913,
        sha256: "220ad67ca923bef2fa91f2390c786097bf305bceb5e261d4af67b38e938e1079",
      },
      {
        name: "embedding.onnx",
        path: "wespeaker_en_voxceleb_resnet34_LM.onnx",
        repository: "csukuangfj/speaker-embedding-models",
        size: 26_530_550,
        sha256: "e9848563da86f263117134dfd7ad63c92355b37de492b55e325400c9d9c39012",
      },
    ],
    rank: 90,
  },
  {
    id: "multilingual-e5-small",
    label: "Search by meaning, a hundred languages",
    purpose: "meaning",
    languages: undefined,
    licence: "MIT",
    aboutMegabytes: 135,
    repository: "Xenova/multilingual-e5-small",
    files: sentenceTransformer,
    rank: 110,
  },
  {
    id: "all-MiniLM-L6-v2",
    label: "Search by meaning, English, small",
    purpose: "meaning",
    languages: ["en"],
    licence: "Apache-2.0",
    aboutMegabytes: 24,
    repository: "Xenova/all-MiniLM-L6-v2",
    files: sentenceTransformer,
    rank: 120,
  },
  kokoro(
    {
      id: "kokoro-multi-lang-v1_0",
      label: "Voices: Kokoro 82M, English, Chinese and five other languages",
      aboutMegabytes: 356,
      revision: "f7b96bb6bef5c5da4d3aa4f4e0498fbbf62dc78b",
      rank: 124,
    },
    {
      name: "model.onnx",
      size: 325_560_556,
      sha256: "b40f62b166ac8164b0627ef48a0b358eda0985e272fb03ef5252e7206305da11",
    },
    {
      size: 28_200_960,
      sha256: "1c5a5b983d3d50d8586d437a51f3faa2da7919ce76a013c081e65671a3447c29",
    },
  ),
  kokoro(
    {
      id: "kokoro-int8-multi-lang-v1_0",
      label: "Voices: Kokoro 82M in 8 bits, the same languages",
      aboutMegabytes: 145,
      revision: "5d6cbe65546edb3ebae8bde976c8ad3438b3f34b",
      rank: 126,
    },
    {
      name: "model.int8.onnx",
      size: 114_298_054,
      sha256: "77ef4f0513401d508ed7831f8504c7042df58bc75e004ec9666894590f999b1d",
    },
    {
      size: 27_678_720,
      sha256: "8a77c0d397026208d22211f37670b5b3b11e03f190756b25a1d24041fced82a9",
    },
  ),
  piper(
    {
      id: "en_US-joe-medium",
      label: "Voice: Joe, American English (Piper)",
      languages: ["en"],
      licence: "CC0-1.0",
      rank: 130,
    },
    { sha256: "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06" },
    { sha256: "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33" },
  ),
  piper(
    {
      id: "en_GB-alba-medium",
      label: "Voice: Alba, British English (Piper)",
      languages: ["en"],
      licence: "CC-BY-4.0",
      rank: 140,
    },
    { sha256: "401369c4a81d09fdd86c32c5c864440811dbdcc66466cde2d64f7133a66ad03b" },
    { size: 4888, sha256: "aa965a2f02ecced632c2694e1fc72bbff6d65f265fab567ca945918c73dd89f4" },
  ),
  piper(
    {
      id: "de_DE-thorsten-medium",
      label: "Voice: Thorsten, German (Piper)",
      languages: ["de"],
      licence: "CC0-1.0",
      rank: 150,
    },
    { sha256: "7e64762d8e5118bb578f2eea6207e1a35a8e0c30595010b666f983fc87bb7819" },
    { size: 4819, sha256: "974adee790533adb273a1ac88f49027d2a1b8f0f2cf4905954a4791e79264e85" },
  ),
  piper(
    {
      id: "fr_FR-siwis-medium",
      label: "Voice: Siwis, French (Piper)",
      languages: ["fr"],
      licence: "CC-BY-4.0",
      rank: 160,
    },
    { sha256: "641d1ab097da2b81128c076810edb052b385decc8be3381814802a64a73baf99" },
    { size: 4875, sha256: "39479916c2db192b5ac9764daddd0c744d83e023ad890c6976c0633ae4df8959" },
  ),
];

export function findCatalogModel(id: string) {
  return MODEL_CATALOG.find((model) => model.id === id);
}
