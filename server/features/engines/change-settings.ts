import { wrongEngine } from "#server/check-machine.ts";
import type { Context } from "#server/context.ts";
import { fail, type FieldError } from "#server/failures.ts";
import { isOwnHost } from "#server/http/known-host.ts";
import { BUNDLED_MODEL } from "#server/providers/embeddings/contract.ts";
import { ConfigError } from "#server/settings.ts";
import {
  changed,
  fixedByEnvironment,
  SETTING_NAMES,
  withStored,
  type SettingName,
  type StoredSettings,
} from "#server/stored-settings.ts";
import { lockSettings, notifySettings, readStored, writeSetting } from "./queries.ts";

export type Changes = Partial<Record<SettingName, string | null | undefined>>;

/**
 * All of them or none. Every process takes them into use; this one before it returns.
 * @param openAt the origin of the page that asks: with a public address that is none of its own nobody might get in
 *   again. Left out: whoever asks says that it is meant so.
 * @throws Failure `invalid-input`, which names each setting that is wrong, or that the environment decides.
 */
export async function changeSettings(context: Context, changes: Changes, openAt?: string) {
  if (openAt !== undefined) refuseLockout(changes.LM_PUBLIC_URL, openAt);
  await context.database.transaction().execute(async (tx) => {
    await lockSettings(tx);
    const { stored } = await readStored({ ...context, database: tx });
    const after = await checkChanges(context, stored, changes);
    for (const name of SETTING_NAMES)
      if (stored[name] !== after[name] || name in changes)
        await writeSetting(tx, context, name, after[name]);
    await notifySettings(tx);
  });
  await context.reloadSettings();
  context.log.info({ settings: Object.keys(changes) }, "settings were changed in the page");
}

/**
 * The settings as they would be, for a trial; nothing is stored.
 * @throws Failure `invalid-input`.
 */
export async function configWith(context: Context, changes: Changes) {
  const { stored } = await readStored(context);
  return withStored(context.config, await checkChanges(context, stored, changes));
}

/** Behind https: secure cookies alone count; without a public address only names of this machine are answered. */
function refuseLockout(publicUrl: string | null | undefined, openAt: string) {
  if (publicUrl === undefined) return;
  const here = URL.parse(openAt);
  const there = publicUrl?.trim() ? URL.parse(publicUrl.trim()) : undefined;
  // What is no address is said as such.
  if (there === null) return;
  const message =
    there === undefined
      ? !isOwnHost(here?.host ?? "-") && "is what the address rests on at which this page is open"
      : here?.origin !== there.origin && "is not the address at which this page is open";
  if (message) fail("invalid-input", { errors: [{ field: "LM_PUBLIC_URL", message }] });
}

async function checkChanges(context: Context, stored: StoredSettings, changes: Changes) {
  const fixed = fixedByEnvironment(context.config);
  const given = Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    // What is emptied in a form is meant to go.
    .map(([name, value]) => [name as SettingName, value?.trim() || null] as const);
  const errors: FieldError[] = given
    .filter(([name]) => fixed.has(name))
    .map(([field]) => ({ field, message: "is set by the environment of the server" }));
  const engine = changes.LM_EMBEDDINGS_ENGINE?.trim();
  const wrong = engine && wrongEngine(engine, await modelsOfMeaning(context));
  if (wrong) errors.push({ field: "LM_EMBEDDINGS_ENGINE", message: wrong });
  if (errors.length > 0) fail("invalid-input", { errors });
  const after = changed(stored, Object.fromEntries(given));
  try {
    withStored(context.config, after);
    return after;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fail("invalid-input", { errors: error.mistakes.map(asFieldError) });
  }
}

async function modelsOfMeaning({ models }: Context) {
  const known = [...(await models.installed()), ...models.offered];
  return [
    BUNDLED_MODEL,
    ...known.filter(({ purpose }) => purpose === "meaning").map(({ id }) => id),
  ];
}

function asFieldError(mistake: string): FieldError {
  const [field, ...rest] = mistake.split(": ");
  return { field: field!, message: rest.join(": ") };
}
