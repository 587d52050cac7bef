/**
 * Who is logged in. The access token lives in memory only; the refresh token is an HttpOnly cookie that scripts never
 * see. One refresh at a time, also between tabs (Web Locks, where the page is served from localhost or over TLS).
 */
import { useSyncExternalStore } from "react";
import type { LoginAnswer, User } from "#server/features/authentication/shapes.ts";
import { fetchPart } from "../fetch-part.ts";
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
  otherTabs?.postMessage({ inAs: tokens.user.id } satisfies Told);
}

export function setUser(user: User) {
  setState({ status: "in", user });
}

/** True once somebody is logged in; asks the cookie the first time. */
export async function ensureSession() {
  if (state.status === "unknown")
    await refresh().catch((error) => {
      // Without a network it is whoever was in on this device; the server is asked when it can be reached.
      const last = lastUser();
      if (!(error instanceof Problem) || error.status !== 0 || !last) throw error;
      setState({ status: "in", user: last });
    });
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
    await endSession();
  } catch {
    // Without a network the cookie stays: it is ended before it is used again.
    remember(LEAVING, "1");
  } finally {
    // An ended session keeps what was typed; whoever logs out leaves nothing on the device.
    dropDrafts();
    await wipeDevice({ unsent: true });
    forget();
  }
}

const LEAVING = "lm-leaving";
const USER = "lm-last-user";
/** Whose things are kept here; an ended session does not change that. */
const OWNER = "lm-kept-owner";

async function endSession() {
  await fetch(`${BASE}/api/auth/logout`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...CSRF,
      ...(accessToken ? { Authorization: `Bearer ${accessToken}` } : {}),
    },
    body: JSON.stringify({ cookie: true }),
  });
}

/** Without asking the server: the account is gone or the session was ended elsewhere. */
export function forget() {
  forgetHere();
  otherTabs?.postMessage({ out: true } satisfies Told);
}

function forgetHere() {
  remember(USER, undefined);
  accessToken = undefined;
  mediaUntil = 0;
  setState({ status: "out", user: undefined });
}

let cameInElsewhere = false;

/**
 * Somebody logged in in another tab: whose session it is now, the cookie says. After what was shown is gone from this
 * tab.
 */
export function askAgain() {
  if (!cameInElsewhere) return;
  cameInElsewhere = false;
  setState({ status: "unknown", user: undefined });
}

/** What tabs of one browser tell each other: they share the cookie, so one log-out or log-in is everybody's. */
type Told = { out: true } | { inAs: string };
const otherTabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("lm-session") : undefined;
if (otherTabs)
  otherTabs.onmessage = ({ data }: MessageEvent<Told>) => {
    if ("inAs" in data) {
      if (state.status === "in" && state.user?.id === data.inAs) return;
      cameInElsewhere = true;
      if (state.status === "in") forgetHere();
      else askAgain();
    } else if (state.status === "in") forgetHere();
  };

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
    if (remembered(LEAVING)) {
      await endSession();
      remember(LEAVING, undefined);
    }
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
  // 204: no cookie came along, so nobody is logged in.
  if (!response.ok || response.status === 204) {
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

function remembered(name: string) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name: string, value: string | undefined) {
  try {
    if (value === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Storage may be blocked.
  }
}

/** Whether somebody was in on this device and did not log out. */
export const hasLastUser = () => lastUser() !== null;

function lastUser() {
  try {
    return JSON.parse(remembered(USER) ?? "null") as User | null;
  } catch {
    return null;
  }
}

/** What was kept to be read without a network, and perhaps what was not sent. */
async function wipeDevice(what: { unsent: boolean }) {
  await fetchPart(() => import("../offline/wipe.ts"))
    .then(({ wipe }) => wipe(what))
    .catch(() => {});
}

function setState(next: SessionState) {
  if (next.user) {
    // Somebody else was in last on this device.
    if (remembered(OWNER) !== next.user.id) void wipeDevice({ unsent: false });
    remember(OWNER, next.user.id);
    remember(USER, JSON.stringify(next.user));
  }
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
