/** Passkeys (WebAuthn) through @simplewebauthn/browser: https://simplewebauthn.dev/docs/packages/browser */
import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import type { LoginAnswer } from "#server/features/authentication/shapes.ts";
import { request } from "../../api/client.ts";

export async function loginWithPasskey() {
  const { options, challenge_token } = await request<{
    options: PublicKeyCredentialRequestOptionsJSON;
    challenge_token?: string;
  }>("/auth/passkeys/login/start", { method: "POST", json: {}, anonymous: true });
  const credential = await startAuthentication({ optionsJSON: options });
  return request<LoginAnswer>("/auth/passkeys/login/finish", {
    method: "POST",
    json: { challenge_token, credential, cookie: true },
    anonymous: true,
  });
}

/** Its answer, as proof that it is the person. */
export async function askPasskey() {
  const { options } = await request<{ options: PublicKeyCredentialRequestOptionsJSON }>(
    "/auth/passkeys/login/start",
    { method: "POST", json: {}, anonymous: true },
  );
  return startAuthentication({ optionsJSON: options });
}

export async function addPasskey(name: string, password: string) {
  const { options, challenge_token } = await request<{
    options: PublicKeyCredentialCreationOptionsJSON;
    challenge_token?: string;
  }>("/auth/passkeys/start", { method: "POST", json: password ? { password } : {} });
  const credential = await startRegistration({ optionsJSON: options });
  return request("/auth/passkeys/finish", {
    method: "POST",
    json: { challenge_token, credential, name },
  });
}
