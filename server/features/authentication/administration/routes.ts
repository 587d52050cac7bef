/** For administrators: who has an account and who may. What is in an account is never shown here. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  createRouter,
  idParam,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import { email } from "../shapes.ts";
import { changeRole, disableAccount, enableAccount } from "./change-account.ts";
import { invitePerson } from "./invite-person.ts";
import { deleteInvitation, findAccount, listInvitations, listUsers } from "./queries.ts";
import { account, invitation, madeInvitation, role } from "./shapes.ts";

const tags = ["administration"];
const list = createRoute({
  tags,
  method: "get",
  path: "/admin/users",
  summary: "Accounts, newest first",
  request: { query: pageQuery.extend({ q: z.string().max(200).optional() }) },
  responses: { 200: json(pageOf(account), "A page of accounts"), ...problems },
});

const get = createRoute({
  tags,
  method: "get",
  path: "/admin/users/{id}",
  summary: "One account",
  request: { params: idParam },
  responses: { 200: json(account, "The account"), ...problems },
});

const patch = createRoute({
  tags,
  method: "patch",
  path: "/admin/users/{id}",
  summary: "Change the role of an account",
  request: { params: idParam, body: jsonBody(z.object({ role })) },
  responses: { 200: json(account, "The account as it is now"), ...problems },
});

const disable = createRoute({
  tags,
  method: "post",
  path: "/admin/users/{id}/disable",
  summary: "Switch an account off; its sessions end at once and nothing of it is deleted",
  request: { params: idParam },
  responses: { 200: json(account, "The account as it is now"), ...problems },
});

const enable = createRoute({
  tags,
  method: "post",
  path: "/admin/users/{id}/enable",
  summary: "Switch an account on again",
  request: { params: idParam },
  responses: { 200: json(account, "The account as it is now"), ...problems },
});

const listInvited = createRoute({
  tags,
  method: "get",
  path: "/admin/invitations",
  summary: "Invitations, newest first",
  request: { query: pageQuery },
  responses: { 200: json(pageOf(invitation), "A page of invitations"), ...problems },
});

const invite = createRoute({
  tags,
  method: "post",
  path: "/admin/invitations",
  summary: "Invite somebody to register",
  request: { body: jsonBody(z.object({ email: email.optional(), role: role.default("student") })) },
  responses: {
    201: json(
      madeInvitation,
      "The invitation; its link is shown this once, and sent when there is an e-mail",
    ),
    ...problems,
  },
});

const withdraw = createRoute({
  tags,
  method: "delete",
  path: "/admin/invitations/{id}",
  summary: "Withdraw an invitation that was not used yet",
  request: { params: idParam },
  responses: { 204: { description: "It works no longer" }, ...problems },
});

export function administrationRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      return c.json(toPage(await listUsers(database, query), query.limit), 200);
    })
    .openapi(get, async (c) =>
      c.json((await findAccount(database, c.req.valid("param").id)) ?? fail("not-found"), 200),
    )
    .openapi(patch, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(await changeRole(context, c.get("caller"), id, c.req.valid("json").role), 200);
    })
    .openapi(disable, async (c) =>
      c.json(await disableAccount(context, c.get("caller"), c.req.valid("param").id), 200),
    )
    .openapi(enable, async (c) =>
      c.json(await enableAccount(context, c.get("caller"), c.req.valid("param").id), 200),
    )
    .openapi(listInvited, async (c) => {
      const query = c.req.valid("query");
      return c.json(toPage(await listInvitations(database, query), query.limit), 200);
    })
    .openapi(invite, async (c) => {
      const { userId } = c.get("caller");
      return c.json(await invitePerson(context, userId, c.req.valid("json")), 201);
    })
    .openapi(withdraw, async (c) => {
      if (!(await deleteInvitation(database, c.req.valid("param").id))) fail("not-found");
      return c.body(null, 204);
    });
}
