/**
 * The built page. Names under `assets/` carry a hash of their content and may be kept forever; every other path is the
 * page itself, in which the path of the public address stands before every name.
 */
import { createReadStream, existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./router.ts";

const WEB_DIST = fileURLToPath(new URL("../../web/dist", import.meta.url));

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
};

/** @param basePath of the public address, as "" or "/study" (config.ts). */
export function webFiles(basePath: string, dist = WEB_DIST): MiddlewareHandler<AppEnv> {
  const page = createPage(join(dist, "index.html"), basePath);
  return async (c) => {
    if (!existsSync(join(dist, "index.html")))
      return c.text("The web page is not built. Run: npm run build", 503);
    const wanted = pathOf(c.req.path);
    const asked = join(dist, wanted);
    const info = asked.startsWith(dist + sep)
      ? await stat(asked).catch(() => undefined)
      : undefined;
    if (!info?.isFile() && wanted.startsWith("/assets/")) return c.text("Not found", 404);
    const isPage = !info?.isFile() || wanted === "/index.html";
    const path = isPage ? join(dist, "index.html") : asked;
    c.header("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
    c.header("Vary", "Accept-Encoding");
    c.header(
      "Cache-Control",
      wanted.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    );
    if (isPage) {
      const { body, encoding } = (await page())(c.req.header("accept-encoding") ?? "");
      if (encoding) c.header("Content-Encoding", encoding);
      return c.body(body);
    }
    const packed = packedOf(path, c.req.header("accept-encoding") ?? "");
    if (packed) c.header("Content-Encoding", packed.encoding);
    return c.body(Readable.toWeb(createReadStream(packed?.path ?? path)) as ReadableStream);
  };
}

/** Read again when it was built again, which happens under a running server in development. */
function createPage(path: string, basePath: string) {
  let kept: { at: number; bodies: Record<string, Uint8Array<ArrayBuffer>> } | undefined;
  return async () => {
    const { mtimeMs } = await stat(path);
    if (kept?.at !== mtimeMs) {
      const html = Buffer.from(withBase(await readFile(path, "utf8"), basePath));
      kept = {
        at: mtimeMs,
        bodies: {
          "": new Uint8Array(html),
          br: new Uint8Array(brotliCompressSync(html)),
          gzip: new Uint8Array(gzipSync(html)),
        },
      };
    }
    const { bodies } = kept;
    return (accepted: string) => {
      const encoding = ["br", "gzip"].find((each) => new RegExp(`\\b${each}\\b`).test(accepted));
      return { encoding, body: bodies[encoding ?? ""]! };
    };
  };
}

/** The build names files from the page's own folder, and a page may be asked for at any depth. */
function withBase(html: string, basePath: string) {
  return html
    .replace(/(<(?:script|link)\b[^>]*?\b(?:src|href)=")\.\//g, `$1${basePath}/`)
    .replace(/(<meta name="base-path" content=")[^"]*/, `$1${basePath}/`);
}

/** What the build has compressed already (vite.config.ts). */
function packedOf(path: string, accepted: string) {
  for (const [encoding, ending] of [
    ["br", ".br"],
    ["gzip", ".gz"],
  ] as const)
    if (new RegExp(`\\b${encoding}\\b`).test(accepted) && existsSync(path + ending))
      return { encoding, path: path + ending };
  return undefined;
}

/**
 * Without a way out of the folder; an address that is not one (`/%`, U+0000) names no file, so it is the page's own to
 * explain.
 */
function pathOf(address: string) {
  try {
    const path = decodeURIComponent(address);
    return path.includes("\0") ? "/" : normalize(path).replace(/^(\.\.[/\\])+/, "");
  } catch {
    return "/";
  }
}
