/**
 * A page from a web address, fetched by the server: never from its own network, never without bounds.
 * Each address is resolved once and that very address is connected to, so that a name cannot change in between.
 */
import { lookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP } from "node:net";
import { PassThrough, pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { fail, Failure } from "#server/failures.ts";

export interface FetchedPage {
  content: Readable;
  /** As its server says, with its parameters: only it may know the encoding. */
  mimeType: string;
  /** After redirects. */
  url: string;
}

const MOST_REDIRECTS = 5;
const CONNECT_MS = 15_000;

/** Addresses that are not of the public Internet (IANA special-purpose registries for IPv4 and IPv6). */
const CLOSED = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  CLOSED.addSubnet(net, bits, "ipv4");
// Everything outside of 2000::/3 is not global; inside of it the tunnels and the documentation are closed too.
const GLOBAL = new BlockList();
GLOBAL.addSubnet("2000::", 3, "ipv6");
for (const [net, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  CLOSED.addSubnet(net, bits, "ipv6");

export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !CLOSED.check(address, "ipv4");
  // An IPv4 address in IPv6 clothes (::ffff:10.0.0.1) is outside of 2000::/3 and refused with the rest.
  return kind === 6 && GLOBAL.check(address, "ipv6") && !CLOSED.check(address, "ipv6");
}

/** @param networks private ones that whoever runs the server has opened, such as a university's own. */
function isAllowed(address: string, networks: readonly string[]) {
  if (isPublicAddress(address)) return true;
  const open = new BlockList();
  for (const network of networks) {
    const [net, bits] = network.split("/");
    const family = isIP(net!) === 6 ? "ipv6" : "ipv4";
    open.addSubnet(
      net!,
      bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits),
      family,
    );
  }
  return open.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** @throws Failure `address-unreachable`, `address-not-allowed`. */
export async function fetchPage(
  address: string,
  signal: AbortSignal,
  networks: readonly string[] = [],
): Promise<FetchedPage> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await open(url, signal, networks);
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400 && response.headers.location) {
      response.destroy();
      url = new URL(response.headers.location, url);
      continue;
    }
    if (status !== 200) {
      response.destroy();
      fail("address-unreachable", {
        message: `The page could not be fetched: its server answered ${status}.`,
      });
    }
    return {
      content: unpacked(response),
      mimeType: (response.headers["content-type"] ?? "text/html").trim().slice(0, 100),
      url: url.href,
    };
  }
  fail("address-unreachable", {
    message: "The page could not be fetched: it redirects too many times.",
  });
}

async function open(
  url: URL,
  signal: AbortSignal,
  networks: readonly string[],
): Promise<IncomingMessage> {
  if (url.protocol !== "http:" && url.protocol !== "https:") fail("address-not-allowed");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const found = await lookup(host, { all: true }).catch(() => []);
  if (found.length === 0)
    fail("address-unreachable", { message: `There is no server called ${host}.` });
  // One private address among them is enough: which one would be taken is up to whoever owns the name.
  if (found.some((one) => !isAllowed(one.address, networks))) fail("address-not-allowed");
  const { address, family } = found[0]!;
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(
      url,
      {
        signal,
        agent: false,
        headers: {
          "user-agent": "LittleMonster/1 (study materials)",
          accept: "text/html,application/pdf,text/*;q=0.8,*/*;q=0.5",
          "accept-encoding": "gzip, br, deflate",
        },
        lookup: (_host, options, done) =>
          options.all ? done(null, [{ address, family }]) : done(null, address, family),
      },
      resolve,
    );
    request.setTimeout(CONNECT_MS, () => request.destroy(new Error("silent")));
    request.on("error", (error) => {
      reject(
        signal.aborted
          ? (signal.reason as Error)
          : new Failure("address-unreachable", {
              message: `The page could not be fetched: ${host} does not answer.`,
              cause: error,
            }),
      );
    });
    request.end();
  });
}

/** The bound on size is put on the unpacked bytes by whoever stores them. */
function unpacked(response: IncomingMessage): Readable {
  const encoding = response.headers["content-encoding"] ?? "identity";
  const unpack =
    { gzip: createGunzip, br: createBrotliDecompress, deflate: createInflate }[encoding] ??
    (() => new PassThrough());
  const content = unpack();
  pipeline(response, content, () => {});
  return content;
}
