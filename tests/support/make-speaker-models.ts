/**
 * Two models of 9 kB and 26 kB that the tests make themselves, by which sherpa-onnx tells a low voice from a high one.
 * Their layouts are those of pyannote's segmentation and of WeSpeaker's embedding; of real recordings they know
 * nothing. https://k2-fsa.github.io/sherpa/onnx/speaker-diarization/models.html
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bytes, FLOAT, makeOnnx, node, tensor, value } from "#server/providers/models/onnx.ts";

const RATE = 16_000;
const WINDOW = 10 * RATE;
/** Samples that one decision hears, and from one to the next. */
const FIELD = 991;
const SHIFT = 270;
/** Decisions that are taken together: 0.6 s. */
const SMOOTH = 37;
/** Hz. */
const LOW = [90, 105, 120, 135];
const HIGH = [165, 180, 195, 210, 225, 240];
/** Nobody, one of three voices, two of them at once. */
const CLASSES = 7;
const BANDS = 80;
/** Bands up to 400 Hz. */
const DEEP = 12;
/** Those of them in which a man and a woman differ most. */
const TELLING = [2, 8];

/** @returns the model's id: the name of its folder in `modelsDir`. */
export async function makeSpeakerModels(modelsDir: string): Promise<string> {
  const id = "speakers-random";
  await mkdir(join(modelsDir, id), { recursive: true });
  await writeFile(join(modelsDir, id, "segmentation.onnx"), segmentation());
  await writeFile(join(modelsDir, id, "embedding.onnx"), embedding());
  return id;
}

/**
 * The first voice speaks where there is sound at the pitch of a man, the second where it is at that of a woman only.
 */
function segmentation() {
  const pitches = [...LOW, ...HIGH];
  const waves = new Float32Array(2 * pitches.length * FIELD);
  for (const [at, pitch] of pitches.entries()) {
    for (let sample = 0; sample < FIELD; sample += 1) {
      const angle = (2 * Math.PI * pitch * sample) / RATE;
      // Hann's window; 1 for a tone of full loudness.
      const window = (4 / FIELD) * Math.sin((Math.PI * sample) / FIELD) ** 2;
      waves[2 * at * FIELD + sample] = window * Math.cos(angle);
      waves[(2 * at + 1) * FIELD + sample] = window * Math.sin(angle);
    }
  }
  // A man's voice has overtones where a woman's has its pitch: so that the low count more.
  const scores = new Float32Array(2 * pitches.length * CLASSES);
  for (let wave = 0; wave < 2 * pitches.length; wave += 1) {
    const low = wave < 2 * LOW.length;
    scores[wave * CLASSES + (low ? 1 : 2)] = low ? 1e4 : 2e3;
  }
  return makeOnnx(
    [
      bytes(1, node("Conv", ["x", "waves"], "heard", { kernel_shape: [FIELD], strides: [SHIFT] })),
      bytes(1, node("Mul", ["heard", "heard"], "power")),
      bytes(
        1,
        node("AveragePool", ["power"], "smooth", {
          kernel_shape: [SMOOTH],
          pads: [(SMOOTH - 1) / 2, (SMOOTH - 1) / 2],
        }),
      ),
      bytes(1, node("Transpose", ["smooth"], "frames", { perm: [0, 2, 1] })),
      bytes(1, node("MatMul", ["frames", "weights"], "scores")),
      bytes(1, node("Add", ["scores", "bias"], "y")),
      bytes(5, tensor("waves", [2 * pitches.length, 1, FIELD], waves)),
      bytes(5, tensor("weights", [2 * pitches.length, CLASSES], scores)),
      bytes(5, tensor("bias", [CLASSES], Float32Array.of(0, -0.1, -0.1, -9, -9, -9, -9))),
      bytes(11, value("x", FLOAT, ["N", 1, "T"])),
      bytes(12, value("y", FLOAT, ["N", "F", CLASSES])),
    ],
    {
      num_speakers: 3,
      powerset_max_classes: 2,
      num_classes: CLASSES,
      sample_rate: RATE,
      window_size: WINDOW,
      receptive_field_size: FIELD,
      receptive_field_shift: SHIFT,
    },
  );
}

/** How strong the deepest tones are beside each other: where a voice has its pitch. */
function embedding() {
  const centred = Float32Array.from({ length: BANDS * TELLING.length }, (_, at) => {
    const band = Math.floor(at / TELLING.length);
    const told = TELLING[at % TELLING.length];
    return band < DEEP ? (band === told ? 1 : 0) - 1 / DEEP : 0;
  });
  return makeOnnx(
    [
      bytes(1, node("ReduceMean", ["feats"], "mean", { axes: [1], keepdims: 0 })),
      bytes(1, node("MatMul", ["mean", "centred"], "beside")),
      bytes(1, node("Tanh", ["beside"], "embs")),
      bytes(5, tensor("centred", [BANDS, TELLING.length], centred)),
      bytes(11, value("feats", FLOAT, ["B", "T", BANDS])),
      bytes(12, value("embs", FLOAT, ["B", TELLING.length])),
    ],
    {
      framework: "wespeaker",
      language: "English",
      url: "",
      comment: "made",
      sample_rate: RATE,
      output_dim: TELLING.length,
      normalize_samples: 1,
      feature_normalize_type: "",
    },
  );
}
