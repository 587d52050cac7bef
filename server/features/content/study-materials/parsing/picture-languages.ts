/**
 * In which languages pictures can be read here: what Tesseract was installed with
 * (https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html), and what is in the package. Nothing is read here:
 * health asks it of the server.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Each is a package of its own: BCP 47, and Tesseract's name of its data. */
export const BUNDLED: Record<string, string> = { en: "eng", de: "deu", fr: "fra", es: "spa" };

/** What the installed Tesseract has data of, by its own names; empty where there is none. */
export async function installedData(): Promise<string[]> {
  const listed = await promisify(execFile)("tesseract", ["--list-langs"]).catch(() => undefined);
  return `${listed?.stdout ?? ""}\n${listed?.stderr ?? ""}`
    .split("\n")
    .filter((line) => /^[a-z]{3}(?:_\w+)?$/.test(line) && line !== "osd");
}

/** `deu` is `de`, `chi_sim` is `zh`. */
export const languageOf = (data: string) =>
  primaryOf(Intl.getCanonicalLocales(data.split("_")[0]!)[0])!;

export const primaryOf = (language: string | undefined) => language?.split("-")[0]!.toLowerCase();

/** BCP 47. */
export async function pictureLanguages(): Promise<string[]> {
  const installed = (await installedData()).map(languageOf);
  return [...new Set([...installed, ...Object.keys(BUNDLED)])];
}
