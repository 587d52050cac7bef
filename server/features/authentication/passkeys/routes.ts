import { createRoute, z } from "@hono/zod-openapi";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { clientAddress, isSecure } from "#server/http/client-address.ts";
import { network, type RateLimiter } from "#server/http/rate-limit.ts";
import {
  createRouter,
  idParam,
  json,
  jsonBody,
  problems,
  type AppEnv,
} from "#server/http/router.ts";
import { answerLogin, deviceOf } from "../answer-login.ts";
import { confirmPerson } from "../confirm-person.ts";
import { limitsOf } from "../limits.ts";
import { cookieWish, loginAnswer, password } from "../shapes.ts";
import { siteOf, startLogin } from "./ceremonies.ts";
import { addPasskey, beginPasskey, enterByPasskey, removePasskey } from "./change-passkeys.ts";
import { listPasskeys } from "./queries.ts";
import { addingStarted, assertion, bytes, credential, loginStarted, passkey } from "./shapes.ts";

const tags = ["passkeys"];

const registration = credential.extend({
  response: z.looseObject({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z.array(z.string().max(50)).max(10).optional(),
  }),
});
const list = createRoute({
  tags,
  method: "get",
  path: "/auth/passkeys",
  summary: "Passkeys of the account",
  responses: {
    200: json(
      z.object({ items: z.array(passkey), next_cursor: z.null() }),
      "All of them, newest first",
    ),
    ...problems,
  },
});

const addStart = createRoute({
  tags,
  method: "post",
  path: "/auth/passkeys/start",
  summary: "Begin to add a passkey",
  request: { body: jsonBody(z.object({ password: password.optional() })) },
  responses: {
    200: json(addingStarted, "PublicKeyCredentialCreationOptionsJSON for the browser"),
    ...problems,
  },
});

const addFinish = createRoute({
  tags,
  method: "post",
  path: "/auth/passkeys/finish",
  summary: "Add the passkey that the browser made",
  request: {
    body: jsonBody(
      z.object({
        name: z.string().trim().min(1).max(100).default("Passkey"),
        credential: registration,
      }),
    ),
  },
  responses: { 201: json(passkey, "The passkey"), ...problems },
});

const remove = createRoute({
  tags,
  method: "delete",
  path: "/auth/passkeys/{id}",
  summary: "Delete a passkey",
  request: { params: idParam },
  responses: { 204: { description: "It is gone" }, ...problems },
});

const loginStart = createRoute({
  tags,
  security: [],
  method: "post",
  path: "/auth/passkeys/login/start",
  summary: "Begin to log in with a passkey",
  responses: {
    200: json(loginStarted, "PublicKeyCredentialRequestOptionsJSON for the browser"),
    ...problems,
  },
});

const loginFinish = createRoute({
  tags,
  security: [],
  method: "post",
  path: "/auth/passkeys/login/finish",
  summary: "Log in with the answer of the passkey",
  request: { body: jsonBody(z.object({ credential: assertion, cookie: cookieWish })) },
  responses: { 200: json(loginAnswer, "A session"), ...problems },
});

export function passkeyRoutes(context: Context, limiter: RateLimiter) {
  const { database } = context;
  const limits = limitsOf(context.config);
  const site = (c: HonoContext<AppEnv>) =>
    siteOf(context, c.req.header("host"), isSecure(c, context.config));
  return createRouter()
    .openapi(list, async (c) =>
      c.json(
        { items: await listPasskeys(database, c.get("caller").userId), next_cursor: null },
        200,
      ),
    )
    .openapi(addStart, async (c) => {
      const caller = c.get("caller");
      await confirmPerson(context, limiter, caller, c.req.valid("json").password);
      return c.json({ options: await beginPasskey(context, () => site(c), caller.userId) }, 200);
    })
    .openapi(addFinish, async (c) => {
      const { userId } = c.get("caller");
      const given = c.req.valid("json");
      const added = await addPasskey(
        context,
        site(c),
        userId,
        given.name,
        // The library checks it field by field; what browsers add is none of its types.
        given.credential as unknown as RegistrationResponseJSON,
        deviceOf(c, context),
      );
      return c.json(added, 201);
    })
    .openapi(remove, async (c) => {
      const { userId } = c.get("caller");
      await removePasskey(context, userId, c.req.valid("param").id, deviceOf(c, context));
      return c.body(null, 204);
    })
    .openapi(loginStart, async (c) => {
      await limiter.take(limits.passkey, network(clientAddress(c, context.config)));
      return c.json({ options: await startLogin(context, site(c)) }, 200);
    })
    .openapi(loginFinish, async (c) => {
      await limiter.take(limits.passkey, network(clientAddress(c, context.config)));
      const given = c.req.valid("json");
      const { userId, tokens } = await enterByPasskey(
        context,
        site(c),
        // Checked by the library, as above.
        given.credential as unknown as AuthenticationResponseJSON,
        deviceOf(c, context),
      );
      return c.json(await answerLogin(c, context, userId, tokens, given.cookie), 200);
    });
}
