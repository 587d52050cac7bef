/** The HTTP API as the command line sees it: address and tokens kept from the last login, refreshed when they end. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { Problem } from "#server/http/router.ts";

interface Session {
  server: string;
  access_token: string;
  refresh_token: string;
  email: string;
}

export class ClientFailure extends Error {
  override name = "ClientFailure";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(
      [
        problem.detail,
        ...(problem.errors ?? []).map(({ field, message }) => `  ${field}: ${message}`),
      ].join("\n"),
    );
    this.problem = problem;
  }
}

export interface Client {
  server: string;
  request(path: string, init?: RequestInit & { duplex?: "half" }): Promise<Response>;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
}

const sessionFile = () =>
  process.env["LM_SESSION_FILE"] ??
  join(
    process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"),
    "little-monster",
    "session.json",
  );

export async function saveSession(session: Session) {
  const path = sessionFile();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(session), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readSession(): Promise<Session | undefined> {
  return readFile(sessionFile(), "utf8").then(
    (text) => JSON.parse(text) as Session,
    () => undefined,
  );
}

export function serverOf(command: Command, session?: Session) {
  return (
    command.optsWithGlobals<{ server?: string }>().server ??
    process.env["LM_SERVER"] ??
    session?.server ??
    "http://127.0.0.1:4600"
  ).replace(/\/$/, "");
}

/** LM_TOKEN (an API key) is used instead of a session where it is set. */
export async function openClient(command: Command): Promise<Client> {
  const apiKey = process.env["LM_TOKEN"];
  let session = apiKey ? undefined : await readSession();
  if (!apiKey && !session) throw new Error("You are not logged in. Run: lm login");
  return createClient(serverOf(command, session), {
    token: () => apiKey ?? session!.access_token,
    async renew() {
      if (!session) return false;
      const answer = await fetch(`${session.server}/api/auth/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ refresh_token: session.refresh_token }),
      });
      if (!answer.ok) return false;
      session = {
        ...session,
        ...((await answer.json()) as Pick<Session, "access_token" | "refresh_token">),
      };
      await saveSession(session);
      return true;
    },
  });
}

export function createClient(
  server: string,
  auth: { token(): string; renew(): Promise<boolean> },
): Client {
  async function once(path: string, init: RequestInit = {}) {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${auth.token()}`);
    return fetch(`${server}/api${path}`, { ...init, headers }).catch((error: Error) => {
      throw new Error(
        `No answer from ${server}. Is it running? (${(error.cause as Error | undefined)?.message ?? error.message})`,
      );
    });
  }

  async function request(path: string, init?: RequestInit) {
    let answer = await once(path, init);
    // A streamed body cannot be sent twice.
    if (answer.status === 401 && !(init?.body instanceof ReadableStream) && (await auth.renew()))
      answer = await once(path, init);
    if (!answer.ok) throw new ClientFailure(await readProblem(answer));
    return answer;
  }

  const parse = async <T>(answer: Response) => (await answer.json()) as T;
  return {
    server,
    request,
    get: async (path) => parse(await request(path)),
    post: async (path, body) =>
      parse(
        await request(path, {
          method: "POST",
          ...(body === undefined
            ? {}
            : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
        }),
      ),
  };
}

export async function readProblem(answer: Response): Promise<Problem> {
  const text = await answer.text();
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {
      code: "internal",
      type: "about:blank",
      title: answer.statusText,
      status: answer.status,
      request_id: answer.headers.get("x-request-id") ?? "",
      detail: `The server answered ${answer.status}.`,
    };
  }
}

/** Prints `value` as JSON with --json, else what `say` makes of it. */
export function print<T>(command: Command, value: T, say: (value: T) => string) {
  console.log(
    command.optsWithGlobals<{ json?: boolean }>().json ? JSON.stringify(value) : say(value),
  );
}

/** Of an option. @throws InvalidArgumentError with a sentence that commander prints. */
export function wholeNumber(value: string) {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError("It is a whole number.");
  return Number(value);
}
