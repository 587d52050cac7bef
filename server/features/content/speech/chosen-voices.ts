/** Which voice reads which language to a student, on every device. */
import { notifyChanged } from "#server/changes.ts";
import type { Context, Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { TextToSpeech, TtsEngine } from "#server/providers/tts/contract.ts";

/** Of an engine whose voices speak whatever the text is in: ISO 639-2. */
const ANY = "mul";

export function listChosenVoices(database: Queryable, userId: string) {
  return database
    .selectFrom("chosen_voices")
    .select(["language", "engine", "voice"])
    .where("user_id", "=", userId)
    .orderBy("language")
    .execute();
}

/** @throws Failure `invalid-input`, `voice-unknown`. */
export async function rememberVoice(
  { database, tts }: Context,
  userId: string,
  language: string,
  { engine, voice }: { engine: string; voice: string },
) {
  const found = tts.engines.find(({ name }) => name === engine);
  if (!found)
    fail("invalid-input", {
      errors: [
        {
          field: "engine",
          message: `is no voice engine of this server. There are: ${tts.engines.map(({ name }) => name).join(", ")}`,
        },
      ],
    });
  const known = (await found.voices()).find(({ id }) => id === voice);
  if (!known || ![baseOf(known.language), ANY].includes(baseOf(language)))
    fail("voice-unknown", {
      errors: [{ field: "voice", message: "is none of the voices of GET /tts/voices" }],
    });
  const choice = { engine, voice };
  await database
    .insertInto("chosen_voices")
    .values({ user_id: userId, language: baseOf(language), ...choice })
    .onConflict((conflict) => conflict.columns(["user_id", "language"]).doUpdateSet(choice))
    .execute();
  await tell(database, userId);
}

export async function forgetVoice({ database }: Context, userId: string, language: string) {
  await database
    .deleteFrom("chosen_voices")
    .where("user_id", "=", userId)
    .where("language", "=", baseOf(language))
    .execute();
  await tell(database, userId);
}

/**
 * The student's voice for a text (BCP 47), if it is still there.
 * @param first the engine that would read it without a choice
 */
export async function chosenVoice(
  database: Queryable,
  tts: TextToSpeech,
  userId: string,
  language: string | undefined,
  first: TtsEngine,
): Promise<{ engine: TtsEngine; voice: string } | undefined> {
  const all = await listChosenVoices(database, userId);
  const own = all.find((one) => language !== undefined && one.language === baseOf(language));
  const any = all.find((one) => one.language === ANY && one.engine === first.name);
  for (const choice of [own, any]) {
    const engine = choice && tts.engines.find(({ name }) => name === choice.engine);
    if (!engine || !(await engine.availability()).available) continue;
    if ((await engine.voices()).some(({ id }) => id === choice.voice))
      return { engine, voice: choice.voice };
  }
  return undefined;
}

function tell(database: Queryable, userId: string) {
  return notifyChanged(database, userId, {
    kind: "chosen_voice",
    id: userId,
    change: "updated",
  });
}

const baseOf = (language: string) => language.split(/[-_]/)[0]!.toLowerCase();
