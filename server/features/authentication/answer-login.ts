/** How every login ends, by whatever means the person proved who they are. */
import type { Context as HonoContext } from "hono";
import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { clientAddress } from "#server/http/client-address.ts";
import type { AppEnv } from "#server/http/router.ts";
import { deviceMark, setDeviceCookie } from "./known-devices.ts";
import type { Device } from "./known-devices.ts";
import { findUser } from "./queries.ts";
import { setRefreshCookie } from "./refresh-cookie.ts";
import type { Tokens } from "./sessions.ts";

export function deviceOf(c: HonoContext<AppEnv>, context: Context): Device {
  return {
    device: c.req.header("user-agent")?.slice(0, 500) ?? null,
    address: clientAddress(c, context.config),
    mark: deviceMark(c, context),
  };
}

/** @throws Failure `not-authenticated`. */
export async function answerLogin(
  c: HonoContext<AppEnv>,
  context: Context,
  userId: string,
  tokens: Tokens,
  cookie: boolean | undefined,
) {
  const user =
    (await asOwner(userId, () => findUser(context.database, userId))) ?? fail("not-authenticated");
  if (!cookie) return { ...tokens, user };
  const { refresh_token, ...rest } = tokens;
  setRefreshCookie(c, context, refresh_token);
  setDeviceCookie(c, context, userId);
  return { ...rest, user };
}
