/**
 * Where a request comes from. What proxies say counts only as far as the settings trust the one that said it
 * (LM_TRUSTED_PROXIES).
 */
import { BlockList, isIP } from "node:net";
import type { Context as HonoContext } from "hono";
import type { Config } from "#server/config.ts";
import type { AppEnv } from "./router.ts";

const lists = new WeakMap<readonly string[], BlockList>();

/** From the nearest hop backwards: the first that is not trusted is the client. Null when there is no socket. */
export function clientAddress(
  c: HonoContext<AppEnv>,
  config: Pick<Config, "trustedProxies">,
): string | null {
  let address = plain(c.env?.incoming?.socket.remoteAddress);
  if (!address) return null;
  const hops = (c.req.header("x-forwarded-for") ?? "").split(",").map((hop) => plain(hop.trim()));
  while (hops.length > 0 && isTrusted(address, config.trustedProxies)) {
    const before = hops.pop();
    if (!before) break;
    address = before;
  }
  return address;
}

/** Whether the person's browser speaks TLS to us or to a trusted proxy in front of us. */
export function isSecure(c: HonoContext<AppEnv>, config: Config) {
  if (config.http.publicUrl?.startsWith("https:")) return true;
  const nearest = plain(c.env?.incoming?.socket.remoteAddress);
  return (
    nearest !== undefined &&
    isTrusted(nearest, config.trustedProxies) &&
    c.req.header("x-forwarded-proto") === "https"
  );
}

function isTrusted(address: string, proxies: readonly string[]) {
  if (proxies.length === 0) return false;
  let list = lists.get(proxies);
  if (!list) {
    list = new BlockList();
    for (const proxy of proxies) {
      const [network = "", bits] = proxy.split("/");
      const family = isIP(network) === 6 ? "ipv6" : "ipv4";
      list.addSubnet(
        network,
        bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits),
        family,
      );
    }
    lists.set(proxies, list);
  }
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Without the form that IPv4 takes on an IPv6 socket and without a port; undefined for anything that is no address. */
function plain(text: string | undefined) {
  const address = text
    ?.replace(/^::ffff:(?=\d+\.)/i, "")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/^\[(.*)\](:\d+)?$/, "$1");
  return address && isIP(address) ? address : undefined;
}
