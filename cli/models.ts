/**
 * `lm models`: models for speech to text, for voices and for search by meaning on this machine. Nothing is fetched
 * unless this command asks for it.
 */
import type { Command } from "commander";
import { readConfig } from "#server/config.ts";
import { findCatalogModel, MODEL_CATALOG } from "#server/providers/models/model-catalog.ts";
import { listLocalModels, readManifest } from "#server/providers/models/models.ts";
import {
  importModel,
  pullModel,
  removeModel,
  type PullProgress,
} from "#server/providers/models/pull-model.ts";

export function addModelsCommands(program: Command) {
  const json = () => program.opts<{ json?: boolean }>().json === true;
  const models = program
    .command("models")
    .description(
      "models for speech to text, for voices and for search by meaning, on this machine",
    );
  addList(models, json);
  addPull(models, json);
  addRemove(models, json);
  addPath(models, json);
}

const WHAT_NEXT = {
  speech: "Recordings that failed for want of a model can be tried again now.",
  meaning: "Start Little Monster again: it then makes what you have searchable by meaning.",
  speakers: 'The page of a recording can now find who speaks, and so can "lm speakers".',
  voice: "Little Monster can now read aloud with it.",
};

/** Whether the answer is for a machine. */
type Json = () => boolean;

function addList(models: Command, json: Json) {
  models
    .command("list")
    .description("models that are here and models that can be fetched")
    .action(async () => {
      const installed = await installedModels();
      const ids = new Set(installed.map((model) => model.id));
      const available = MODEL_CATALOG.filter((model) => !ids.has(model.id)).map((model) => ({
        id: model.id,
        label: model.label,
        languages: model.languages ?? null,
        megabytes: model.aboutMegabytes,
        licence: model.licence,
        source: `https://huggingface.co/${model.repository}`,
      }));
      if (json()) return console.log(JSON.stringify({ installed, available }));
      console.log(installed.length === 0 ? "No model is here yet." : "Here, best first:");
      for (const model of installed)
        console.log(
          `${columns(model)}  ${model.kind}, ${describe(model.languages)}, ${model.folder}`,
        );
      console.log('\nCan be fetched with "lm models pull ID":');
      for (const model of available)
        console.log(`${columns(model)}  ${model.licence.padEnd(9)}  ${model.label}`);
    });
}

async function installedModels() {
  const { modelsDirs } = readConfig(process.env);
  const local = await listLocalModels(modelsDirs);
  return Promise.all(
    local.map(async (model) => {
      const manifest = await readManifest(model.folder).catch(() => undefined);
      return {
        id: model.id,
        kind: model.kind,
        languages: model.languages ?? null,
        megabytes: megabytes(model.sizeBytes),
        folder: model.folder,
        source: manifest?.source ?? null,
        files: manifest?.files ?? null,
      };
    }),
  );
}

function columns({ id, megabytes: size }: { id: string; megabytes: number }) {
  return `  ${id.padEnd(28)} ${String(size).padStart(5)} MB`;
}

function addPull(models: Command, json: Json) {
  models
    .command("pull <id>")
    .description("fetch a model, or continue a fetch that broke off")
    .option("--mirror <url>", "another address with the same paths as https://huggingface.co")
    .option("--from <folder>", "take the files from a folder on this machine instead")
    .action(async (id: string, options: { mirror?: string; from?: string }) => {
      const modelsDir = ownFolder();
      const onProgress = json() ? undefined : progressLine();
      const shown = onProgress ? { onProgress } : {};
      const manifest = options.from
        ? await importModel(id, options.from, { modelsDir, ...shown })
        : await pullModel(id, { modelsDir, source: options.mirror, ...shown });
      if (json()) return console.log(JSON.stringify(manifest));
      if (process.stderr.isTTY) process.stderr.write("\n");
      const hashes = {
        catalog: "SHA-256 as in our catalog",
        server: "SHA-256 as the server states it",
        "first-download": "SHA-256 kept from this first download; nobody else stated one",
      };
      for (const file of manifest.files)
        console.log(`  ${file.name}: ${megabytes(file.size)} MB, ${hashes[file.verified]}`);
      console.log(`${id} is ready. ${WHAT_NEXT[findCatalogModel(id)?.purpose ?? "speech"]}`);
    });
}

function addRemove(models: Command, json: Json) {
  models
    .command("remove <id>")
    .description("delete a model from the data folder")
    .action(async (id: string) => {
      const removed = await removeModel(id, ownFolder());
      if (!removed) throw new Error(`There is no model "${id}" in ${ownFolder()}.`);
      console.log(json() ? JSON.stringify({ removed: id }) : `${id} was removed.`);
    });
}

function addPath(models: Command, json: Json) {
  models
    .command("path [id]")
    .description("the folders that are searched, or the folder of one model")
    .action(async (id: string | undefined) => {
      const { modelsDirs } = readConfig(process.env);
      const model =
        id === undefined
          ? undefined
          : (await listLocalModels(modelsDirs)).find((each) => each.id === id);
      if (id !== undefined && !model) throw new Error(`The model "${id}" is not on this machine.`);
      const paths = model ? [model.folder] : modelsDirs;
      console.log(json() ? JSON.stringify(paths) : paths.join("\n"));
    });
}

/** Models are pulled into the data folder: LM_MODELS_DIR may be somebody else's, or read-only. */
function ownFolder() {
  return readConfig(process.env).modelsDirs.at(-1)!;
}

function progressLine() {
  let last = 0;
  return ({ file, done, total }: PullProgress) => {
    const now = performance.now();
    if (now - last < 200 && done !== total) return;
    last = now;
    const share = total ? ` (${Math.floor((100 * done) / total)} %)` : "";
    const line = `${file}: ${megabytes(done)}${total ? ` of ${megabytes(total)}` : ""} MB${share}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line.padEnd(70)}`);
    else if (done === total) console.error(line);
  };
}

function megabytes(bytes: number) {
  return Math.round(bytes / 100_000) / 10;
}

function describe(languages: string[] | null) {
  if (!languages) return "many languages";
  return languages.length > 4 ? `${languages.length} languages` : languages.join(", ");
}
