/**
 * `npm run bench transcription-accuracy [-- --audio FOLDER --models FOLDER --minutes 5|11]`: word error rate of every
 * engine and model that is present, through the product: upload, job, transcript.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { spokenFile } from "#tests/support/real-speech.ts";
import { machine } from "./product/machine.ts";
import { startProduct } from "./transcription/product.ts";
import { wordErrors } from "./transcription/word-errors.ts";

const { values } = parseArgs({
  options: {
    audio: { type: "string", default: "../shared/audio" },
    models: { type: "string", default: process.env["LM_MODELS_DIR"] ?? "../shared/models" },
    minutes: { type: "string", default: "5" },
  },
});
const name = join(resolve(values.audio), `lj001_${values.minutes}min`);
const { audio, reference } = existsSync(`${name}.flac`)
  ? { audio: `${name}.flac`, reference: await readFile(`${name}.txt`, "utf8") }
  : await spokenReference();
const product = await startProduct({ LM_MODELS_DIR: resolve(values.models) });
const figures: Record<string, unknown>[] = [];
try {
  for (const engine of (await product.engines()).filter((each) => each.available)) {
    for (const model of engine.models) {
      const made = await product.transcribe(audio, {
        engine: engine.name,
        model,
        language: "en",
      });
      const { errors, words, rate } = wordErrors(reference, made.text);
      const figure = {
        engine: engine.name,
        model,
        // The stand-ins for tests have random weights: their words mean nothing.
        real: !/random/.test(model),
        status: made.status,
        word_error_rate: Math.round(rate * 1000) / 1000,
        errors,
        words,
        seconds: made.seconds,
        times_real_time: Math.round((made.durationSeconds / made.seconds) * 10) / 10,
      };
      figures.push(figure);
      console.log(JSON.stringify(figure));
    }
  }
} finally {
  await product.stop();
}
console.log(
  JSON.stringify({
    bench: "transcription-accuracy",
    machine,
    figures,
    // Published as they are: a word error rate belongs to the model.
    goals: [],
  }),
);

/** Without recordings of people: the sample lecture in our own voice, which a recogniser of human speech finds hard. */
async function spokenReference() {
  const text = (await readFile(new URL("../samples/photosynthesis.txt", import.meta.url), "utf8"))
    .replace(/^#.*$/gm, "")
    .trim();
  console.log(`${name}.flac is not there: the sample lecture is read by our own voice instead.`);
  return { audio: await spokenFile(text, "wav"), reference: text };
}
