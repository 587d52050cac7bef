/**
 * A code that Whisper does not know ends the process it runs in, so that only these reach it.
 * https://github.com/openai/whisper/blob/main/whisper/tokenizer.py
 */
export const WHISPER_LANGUAGES = new Set(
  (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta " +
    "no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is " +
    "hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps " +
    "tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su"
  ).split(" "),
);

export const SENSE_VOICE_LANGUAGES = new Set(["zh", "en", "ja", "ko", "yue"]);

/** `en-GB` and `en_GB` are `en` to an engine. */
export function primaryLanguage(tag: string | undefined) {
  return tag?.split(/[-_]/)[0]?.toLowerCase();
}

/** OpenAI's server names the language in English ("english"), others give its code. */
export function languageTag(name: string | undefined) {
  if (name === undefined || name === "") return undefined;
  const lower = name.toLowerCase();
  if (lower.length <= 3) return lower;
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  return [...WHISPER_LANGUAGES].find((code) => names.of(code)?.toLowerCase() === lower);
}
