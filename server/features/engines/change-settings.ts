import type { Context } from "#server/context.ts";
import { fail, type FieldError } from "#server/failures.ts";
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
 * @throws Failure `invalid-input`, which names each setting that is wrong, or that the environment decides.
 */
export async function changeSettings(context: Context, changes: Changes) {
  await context.database.transaction().execute(async (tx) => {
    await lockSettings(tx);
    const { stored } = await readStored({ ...context, database: tx });
    const after = checkChanges(context, stored, changes);
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
  return withStored(context.config, checkChanges(context, stored, changes));
}

function checkChanges(context: Context, stored: StoredSettings, changes: Changes) {
  const fixed = fixedByEnvironment(context.config);
  const given = Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    // What is emptied in a form is meant to go.
    .map(([name, value]) => [name as SettingName, value?.trim() || null] as const);
  const errors: FieldError[] = given
    .filter(([name]) => fixed.has(name))
    .map(([field]) => ({ field, message: "is set by the environment of the server" }));
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

function asFieldError(mistake: string): FieldError {
  const [field, ...rest] = mistake.split(": ");
  return { field: field!, message: rest.join(": ") };
}
