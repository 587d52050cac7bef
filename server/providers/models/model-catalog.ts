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
];

export function findCatalogModel(id: string) {
  return MODEL_CATALOG.find((model) => model.id === id);
}
