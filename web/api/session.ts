/**
 * Who is logged in. The access token lives in memory only; the refresh token is an HttpOnly cookie that scripts never see.
 * One refresh at a time, also between tabs (Web Locks, where the page is served from localhost or over TLS).
 */
import { useSyncExternalStore } from "react";
import type { LoginAnswer, User } from "#server/features/authentication/shapes.ts";
import { i18n } from "../i18n.ts";
import { dropDrafts } from "../ui/draft.ts";
import { BASE } from "./base-path.ts";
import { problemFrom, Problem } from "./problem.ts";

export interface SessionState {
  status: "unknown" | "in" | "out";
  user: User | undefined;
}

type Tokens = Pick<LoginAnswer, "access_token" | "expires_in"> & Partial<Pick<LoginAnswer, "user">>;

/** A header that another site's form cannot send: with SameSite it keeps the cookie's refresh safe from forgery. */
export const CSRF = { "X-Requested-With": "little-monster" };

let state: SessionState = { status: "unknown", user: undefined };
let accessToken: string | undefined;
let expiresAt = 0;
let refreshing: Promise<boolean> | undefined;
let mediaUntil = 0;
const listeners = new Set<() => void>();

export function useSession() {
  return useSyncExternalStore(subscribe, () => state);
}

export function session() {
  return state;
}

export function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** After login, registration, a passkey or a second factor. */
export function enter(tokens: Tokens & { user: User }) {
  keep(tokens);
  setState({ status: "in", user: tokens.user });
}

export function setUser(user: User) {
  setState({ status: "in", user });
}

/** True once somebody is logged in; asks the cookie the first time. */
export async function ensureSession() {
  if (state.status === "unknown") await refresh();
  return state.status === "in";
}

/** A token with some seconds left, or undefined when nobody is logged in. */
export async function currentToken() {
  if (accessToken && Date.now() < expiresAt - 20_000) return accessToken;
  if (state.status === "out") return undefined;
  return (await refresh()) ? accessToken : undefined;
}

export function refresh() {
  refreshing ??= locked(refreshNow).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

export async function leave() {
  try {
    await fetch(`${BASE}/api/auth/logout`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        ...CSRF,
        ...(accessToken ? { Authorization: `Bearer ${accessToken}` } : {}),
      },
      body: JSON.stringify({ cookie: true }),
    });
  } finally {
    // An ended session keeps what was typed; whoever logs out leaves nothing on the device.
    dropDrafts();
    forget();
  }
}

/** Without asking the server: the account is gone or the session was ended elsewhere. */
export function forget() {
  accessToken = undefined;
  mediaUntil = 0;
  setState({ status: "out", user: undefined });
}

/** An <audio> element sends no headers: a short-lived cookie for files stands in for them. */
export async function ensureMediaCookie() {
  if (Date.now() < mediaUntil) return;
  const token = await currentToken();
  if (!token) return;
  const response = await fetch(`${BASE}/api/auth/media`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, ...CSRF },
  });
  if (response.ok) mediaUntil = Date.now() + 25 * 60_000;
}

async function refreshNow() {
  let response: Response;
  try {
    response = await fetch(`${BASE}/api/auth/refresh`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...CSRF },
      body: JSON.stringify({ cookie: true }),
    });
  } catch {
    // Offline is not logged out: what is on the page stays, and the next request tries again.
    if (state.status !== "unknown") return false;
    throw new Problem({ status: 0, code: "offline", sentence: i18n.t("errors.offline") });
  }
  if (response.status >= 500 || response.status === 429) {
    if (state.status !== "unknown") return false;
    throw await problemFrom(
      response.status,
      await response.json().catch(() => undefined),
      null,
      i18n.t("errors.unknown"),
    );
  }
  if (!response.ok) {
    forget();
    return false;
  }
  const tokens = (await response.json()) as Tokens;
  keep(tokens);
  const user = tokens.user ?? (await me(tokens.access_token));
  setState({ status: "in", user });
  return true;
}

async function me(token: string) {
  const response = await fetch(`${BASE}/api/auth/me`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return (await response.json()) as User;
}

function keep(tokens: Tokens) {
  accessToken = tokens.access_token;
  expiresAt = Date.now() + tokens.expires_in * 1000;
}

function setState(next: SessionState) {
  state = next;
  for (const listener of listeners) listener();
}

async function locked<T>(work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work();
  return navigator.locks.request("lm-refresh", work) as Promise<T>;
}

/** Only an address of this page: "//elsewhere" would leave it. */
export function inside(address: string | undefined) {
  return address && /^\/(?![/\\])/.test(address) ? address : "/";
}
