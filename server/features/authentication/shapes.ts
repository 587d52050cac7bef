import { z } from "@hono/zod-openapi";

/** Counted in characters a person sees, not in UTF-16 units; nothing is ever cut off. */
export const newPassword = z
  .string()
  .max(1024, "is longer than 1024 characters")
  .superRefine((password, check) => {
    const missing = [
      [...password].length >= 8 ? "" : "at least 8 characters",
      /\p{Lu}/u.test(password) ? "" : "an upper-case letter",
      /\p{Ll}/u.test(password) ? "" : "a lower-case letter",
      /\p{Nd}/u.test(password) ? "" : "a digit",
      /[^\p{L}\p{N}\s]/u.test(password) ? "" : "a special character",
    ].filter(Boolean);
    if (missing.length > 0)
      check.addIssue({ code: "custom", message: `needs ${missing.join(", ")}` });
  })
  .openapi({
    description: "8 characters or more with upper case, lower case, digit and special character",
  });

/** At a login no rule is told, and an older password that breaks today's still works. */
export const password = z.string().min(1, "is missing").max(1024, "is longer than 1024 characters");

/** Also in letters beyond ASCII (RFC 6531 and 5890); one spelling of each (NFC). */
export const email = z
  .string()
  .trim()
  .max(254, "is longer than 254 characters")
  .transform((given) => given.normalize("NFC"))
  .refine(isAddress, "is not an e-mail address")
  .openapi({ type: "string", format: "email" });

function isAddress(given: string) {
  const [, local = "", domain = ""] = /^([^@]+)@([^@]+)$/.exec(given) ?? [];
  if (!/^[^\s\p{C}"(),:;<>[\\\]]{1,64}$/u.test(local) || /^\.|\.\.|\.$/.test(local)) return false;
  return /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(
    asciiDomain(domain),
  );
}

/**
 * As name servers know it (RFC 5891), by the parser of addresses that browsers and Node share; empty where it is none.
 */
function asciiDomain(domain: string) {
  if (/[\s/?#:\\[\]%]/.test(domain)) return "";
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return "";
  }
}

const line = (shortest: number, longest: number) =>
  z
    .string()
    .trim()
    .normalize("NFC")
    .min(shortest, `needs at least ${shortest} characters`)
    .max(longest, `is longer than ${longest} characters`)
    // oxlint-disable-next-line no-control-regex
    .regex(/^[^\u0000-\u001f\u007f]*$/, "contains a character that cannot be shown");

export const username = line(2, 50);
export const fullName = line(1, 200);
export const locale = z
  .string()
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "is not a language like en or de-AT")
  .max(35);

export const cookieWish = z.boolean().optional().openapi({
  description: "Set the refresh token as an HttpOnly cookie and leave it out of the body",
});

export const user = z
  .object({
    id: z.uuid(),
    email: z.string(),
    email_verified_at: z.iso.datetime().nullable(),
    username: z.string().nullable(),
    full_name: z.string().nullable(),
    role: z.enum(["student", "administrator"]),
    locale: z.string().nullable(),
    last_login_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    has_password: z.boolean(),
  })
  .openapi("User");

export const loginAnswer = z
  .object({
    access_token: z.string(),
    refresh_token: z
      .string()
      .optional()
      .openapi({ description: "Left out when it was set as a cookie" }),
    token_type: z.literal("bearer"),
    expires_in: z.number(),
    user,
  })
  .openapi("Login");

export const secondFactorWanted = z
  .object({ second_factor_required: z.literal(true), challenge_token: z.string() })
  .openapi("SecondFactorWanted");

export const session = z
  .object({
    id: z.uuid(),
    device: z.string().nullable().openapi({ description: "User-Agent of the last use" }),
    address: z.string().nullable(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().openapi({ description: "When its tokens were last renewed" }),
    expires_at: z.iso.datetime(),
    current: z.boolean(),
  })
  .openapi("Session");

/** Everything but the password that opens an account, or will when it is answered. */
export const WAY_IN_KINDS = [
  "session",
  "api_key",
  "passkey",
  "linked_account",
  "password_link",
  "address_link",
  "login_challenge",
] as const;

export const wayIn = z
  .object({
    id: z.uuid(),
    kind: z.enum(WAY_IN_KINDS),
    name: z.string().nullable(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime().nullable(),
    current: z.boolean().openapi({ description: "The session that asks" }),
  })
  .openapi("WayIn");

export const emailChangeUndone = z.object({ reset_token: z.string() }).openapi("EmailChangeUndone");

export type User = z.infer<typeof user>;
export type LoginAnswer = z.infer<typeof loginAnswer>;
export type SecondFactorWanted = z.infer<typeof secondFactorWanted>;
export type Session = z.infer<typeof session>;
export type WayIn = z.infer<typeof wayIn>;
export type EmailChangeUndone = z.infer<typeof emailChangeUndone>;
