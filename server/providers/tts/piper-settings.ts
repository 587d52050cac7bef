/** What Piper writes beside a voice: https://github.com/rhasspy/piper/blob/master/TRAINING.md#exporting-a-model */
import { z } from "zod";

const piperSettings = z.object({
  audio: z.object({ sample_rate: z.int().min(8000).max(48_000) }),
  espeak: z.object({ voice: z.string().min(1).max(50) }),
  /** Absent before there were others: sounds that espeak finds. */
  phoneme_type: z.literal("espeak").default("espeak"),
  num_speakers: z.int().min(1).max(1000).default(1),
  /** The numbers of each sound, of which the first is the sound's own. */
  phoneme_id_map: z.record(z.string(), z.array(z.int().min(0)).min(1)),
  language: z.object({ code: z.string() }).optional(),
  inference: z
    .object({
      noise_scale: z.number().min(0).max(10),
      length_scale: z.number().min(0.1).max(10),
      noise_w: z.number().min(0).max(10),
    })
    .partial()
    .default({}),
});

export type PiperSettings = z.infer<typeof piperSettings>;

/** @returns undefined where it is none, or of a voice that takes letters and not the sounds of espeak. */
export function readPiperSettings(text: string): PiperSettings | undefined {
  try {
    return piperSettings.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** BCP 47. */
export function languageOf({ language, espeak }: PiperSettings): string {
  const code = (language?.code ?? espeak.voice).replaceAll("_", "-");
  try {
    return Intl.getCanonicalLocales(code)[0] ?? "und";
  } catch {
    return "und";
  }
}
