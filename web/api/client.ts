/** Requests to the server: JSON in, JSON out, a Problem when it does not go well. */
import { fetchPart } from "../fetch-part.ts";
import { i18n } from "../i18n.ts";
import { BASE } from "./base-path.ts";
import { Problem, problemFrom } from "./problem.ts";
import { CSRF, currentToken, forget, refresh, session } from "./session.ts";

export interface RequestOptions {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  query?: Record<string, string | number | boolean | null | undefined>;
  json?: unknown;
  body?: BodyInit;
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
  /** Login, registration and the like: no token is sent and a 401 is the answer, not the end of the session. */
  anonymous?: boolean;
}

/** What was read before is answered from this device while there is no network. */
export async function request<T = unknown>(path: string, options: RequestOptions = {}): Promise<T> {
  const isRead = options.method === undefined || options.method === "GET";
  const userId = isRead && !options.anonymous ? session().user?.id : undefined;
  const address = addressOf(path, options.query);
  let response: Response;
  try {
    response = await send(path, {
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
  } catch (error) {
    if (userId === undefined || !(error instanceof Problem) || error.status !== 0) throw error;
    const kept = await (await keptAnswers()).keptAnswer(userId, address);
    if (kept === undefined) throw error;
    return kept as T;
  }
  if (response.status === 204 || response.headers.get("content-length") === "0")
    return undefined as T;
  const answer = (await response.json()) as T;
  if (userId !== undefined)
    void keptAnswers().then(({ keepAnswer }) => keepAnswer(userId, address, answer));
  return answer;
}

const keptAnswers = () => fetchPart(() => import("../offline/kept-answers.ts"));

/** The response itself, for streams and files; still a Problem when the status is not 2xx. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  let response = await attempt(path, options);
  if (!options.anonymous && (await isLoggedOut(response))) {
    if (await refresh()) response = await attempt(path, options);
    if (await isLoggedOut(response)) forget();
  }
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => undefined);
    throw await problemFrom(
      response.status,
      body,
      response.headers.get("retry-after"),
      i18n.t("errors.unknown"),
    );
  }
  return response;
}

/** A passkey or a password that was refused is a 401 as well, and ends no session. */
async function isLoggedOut(response: Response) {
  if (response.status !== 401) return false;
  // What is no problem of ours comes from something in between.
  const problem = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { code?: string } | undefined;
  return problem === undefined || problem.code === "not-authenticated";
}

export function addressOf(path: string, query: RequestOptions["query"] = {}) {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] != null && entry[1] !== "",
  );
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return `${BASE}/api${path}${search ? `?${search}` : ""}`;
}

async function attempt(path: string, options: RequestOptions) {
  const token = options.anonymous ? undefined : await currentToken();
  const headers: Record<string, string> = { ...CSRF, ...options.headers };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (options.json !== undefined) headers["Content-Type"] = "application/json";
  const body = options.json !== undefined ? JSON.stringify(options.json) : options.body;
  try {
    return await fetch(addressOf(path, options.query), {
      method: options.method ?? "GET",
      headers,
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem({ status: 0, code: "offline", sentence: i18n.t("errors.offline") });
  }
}
