/** Passkeys (WebAuthn) through @simplewebauthn/browser: https://simplewebauthn.dev/docs/packages/browser */
import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import type {
  AddingStarted,
  LoginStarted,
} from "#server/features/authentication/passkeys/shapes.ts";
import type { LoginAnswer } from "#server/features/authentication/shapes.ts";
import { request } from "../../api/client.ts";

export async function loginWithPasskey() {
  const { options } = await startLogin();
  const credential = await startAuthentication({ optionsJSON: options });
  return request<LoginAnswer>("/auth/passkeys/login/finish", {
    method: "POST",
    json: { credential, cookie: true },
    anonymous: true,
  });
}

/** Its answer, as proof that it is the person. */
export async function askPasskey() {
  const { options } = await startLogin();
  return startAuthentication({ optionsJSON: options });
}

export async function addPasskey(name: string, password: string) {
  const { options } = await request<AddingStarted>("/auth/passkeys/start", {
    method: "POST",
    json: password ? { password } : {},
  });
  const credential = await startRegistration({ optionsJSON: options });
  return request("/auth/passkeys/finish", {
    method: "POST",
    json: { credential, name },
  });
}

function startLogin() {
  return request<LoginStarted>("/auth/passkeys/login/start", {
    method: "POST",
    json: {},
    anonymous: true,
  });
}
