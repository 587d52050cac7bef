/**
 * Passkeys: WebAuthn by @simplewebauthn/server (https://simplewebauthn.dev/docs/packages/server). The person's finger
 * or PIN is always asked for, so that one passkey is two factors.
 */
import { isIP } from "node:net";
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { asOwner } from "#database/principal.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { takeKeyPlace } from "#server/features/quotas/take.ts";
import { sha256 } from "../sessions.ts";
import {
  insertChallenge,
  insertPasskey,
  listCredentials,
  lockPasskey,
  markPasskeyUsed,
  takeChallenge,
} from "./queries.ts";

/** The site that passkeys belong to. */
export interface Site {
  origin: string;
  id: string;
}

const REFUSED = "The passkey was not accepted. Please try again.";

/**
 * The public address of the settings; without one, the address the browser used. A false Host header gains nothing: the
 * authenticator signs the site it saw, and has no key for another.
 * @throws Failure `malformed-request`, `conflict`.
 */
export function siteOf(context: Context, host: string | undefined, secure: boolean): Site {
  const { publicUrl } = context.config.http;
  const text = publicUrl ?? `${secure ? "https" : "http"}://${host ?? "localhost"}`;
  if (!URL.canParse(text)) fail("malformed-request");
  const { origin, hostname } = new URL(text);
  if (isIP(hostname) || hostname.startsWith("[")) {
    fail("conflict", {
      message:
        `Browsers allow passkeys for names only, not for ${hostname}. On this machine, open ` +
        "the page at localhost instead.",
    });
  }
  return { origin, id: hostname };
}

export async function startAdding(
  context: Context,
  site: Site,
  user: { id: string; email: string; full_name: string | null },
) {
  const existing = await listCredentials(context.database, user.id);
  const options = await generateRegistrationOptions({
    rpName: "Little Monster",
    rpID: site.id,
    userName: user.email,
    userDisplayName: user.full_name ?? user.email,
    userID: new Uint8Array(Buffer.from(user.id)),
    attestationType: "none",
    excludeCredentials: existing.map(({ credential_id, transports }) => ({
      id: credential_id,
      transports,
    })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  await insertChallenge(context.database, user.id, sha256(options.challenge));
  return options;
}

/** @throws Failure `passkey-refused`, `conflict`. */
export async function finishAdding(
  context: Context,
  site: Site,
  userId: string,
  name: string,
  credential: RegistrationResponseJSON,
) {
  const { registrationInfo } = await refusing(() =>
    verifyRegistrationResponse({
      response: credential,
      expectedChallenge: (challenge) => takeChallenge(context.database, userId, sha256(challenge)),
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
    }),
  );
  if (!registrationInfo) fail("passkey-refused", { message: REFUSED });
  const { id, publicKey, counter } = registrationInfo.credential;
  const passkey = await context.database.transaction().execute(async (tx) => {
    await takeKeyPlace(context, tx, userId, "passkeys");
    return insertPasskey(tx, {
      user_id: userId,
      name,
      credential_id: id,
      public_key: Buffer.from(publicKey),
      sign_count: counter,
      transports: (credential.response.transports ?? []).filter((transport) =>
        /^[a-z-]{1,20}$/.test(transport),
      ),
      backed_up: registrationInfo.credentialBackedUp,
    });
  });
  return passkey ?? fail("conflict", { message: "This passkey is in use already." });
}

export async function startLogin(context: Context, site: Site) {
  // No list of allowed keys: it would tell who has an account. The authenticator offers what it has for this site.
  const options = await generateAuthenticationOptions({
    rpID: site.id,
    userVerification: "required",
  });
  await insertChallenge(context.database, null, sha256(options.challenge));
  return options;
}

/** @returns whose passkey it is. @throws Failure `passkey-refused`, `account-disabled`. */
export async function finishLogin(
  context: Context,
  tx: Tx,
  site: Site,
  credential: AuthenticationResponseJSON,
) {
  const passkey =
    (await lockPasskey(tx, credential.id)) ?? fail("passkey-refused", { message: REFUSED });
  const { verified, authenticationInfo } = await refusing(() =>
    verifyAuthenticationResponse({
      response: credential,
      // Outside of the transaction: a challenge stays used when the answer is refused.
      expectedChallenge: (challenge) => takeChallenge(context.database, null, sha256(challenge)),
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      credential: {
        id: credential.id,
        publicKey: new Uint8Array(passkey.public_key),
        counter: passkey.sign_count,
        transports: passkey.transports as AuthenticatorTransport[],
      },
    }),
  );
  if (!verified) fail("passkey-refused", { message: REFUSED });
  if (passkey.disabled_at) fail("account-disabled");
  await asOwner(passkey.user_id, () =>
    markPasskeyUsed(
      tx,
      passkey.user_id,
      passkey.id,
      authenticationInfo.newCounter,
      authenticationInfo.credentialBackedUp,
    ),
  );
  return passkey.user_id;
}

/** The library throws an Error for whatever is wrong with an answer. */
async function refusing<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    fail("passkey-refused", { message: REFUSED, cause: error });
  }
}
