import { z } from "@hono/zod-openapi";
import type { Row } from "#server/context.ts";

/** What a mail is about: neither its address nor its text is shown to anybody. */
export const MAIL_KINDS = [
  "confirm_address",
  "choose_password",
  "email_change",
  "invitation",
  "notice",
  "deletion",
] as const satisfies Row<"mails">["kind"][];
export type MailKind = (typeof MAIL_KINDS)[number];

/** Why the last attempt failed. */
export const MAIL_TROUBLES = [
  "unreachable",
  "login_refused",
  "address_refused",
  "unreadable",
  "other",
] as const;
export type MailTrouble = (typeof MAIL_TROUBLES)[number];

export const waitingMails = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(MAIL_KINDS),
        trouble: z
          .enum(MAIL_TROUBLES)
          .nullable()
          .openapi({ description: "Null where none was tried yet, or one is being sent" }),
        count: z.number().int(),
        oldest_at: z.iso.datetime().openapi({ description: "Since when the oldest of them waits" }),
        next_at: z.iso.datetime().openapi({ description: "When the next of them is tried again" }),
        attempts: z.number().int().openapi({ description: "Of the one that was tried most" }),
      }),
    ),
  })
  .openapi("WaitingMails");
export type WaitingMails = z.infer<typeof waitingMails>;

export const triedMails = z
  .object({ count: z.number().int().openapi({ description: "So many are tried now" }) })
  .openapi("TriedMails");
export type TriedMails = z.infer<typeof triedMails>;
