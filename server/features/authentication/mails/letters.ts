/** What is written to people, as readable text and the same as HTML. */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Context } from "#server/context.ts";
import type { MailMessage } from "#server/providers/mail/contract.ts";
import type { MailKind } from "./shapes.ts";

export interface Letter {
  /** What an administrator sees of it. */
  kind: MailKind;
  subject: string;
  paragraphs: string[];
  action?: { label: string; url: string };
  after?: string[];
  /** How long it is worth sending: as long as its link works. */
  days: number;
}

/** Links never use the Host header, which whoever asks may choose: another's link would go to another's server. */
export function pageUrl(
  { config }: Pick<Context, "config">,
  path: string,
  query: Record<string, string>,
) {
  const base = config.http.publicUrl ?? `http://localhost:${config.http.port}`;
  const search = new URLSearchParams(query).toString();
  return `${base.replace(/\/$/, "")}${path}${search && `?${search}`}`;
}

export function verificationLetter(url: string): Letter {
  return {
    kind: "confirm_address",
    subject: "Please confirm your e-mail",
    paragraphs: ["Welcome to Little Monster. Please confirm that this address is yours."],
    action: { label: "Confirm this address", url },
    after: ["The link works once, for three days. If this was not you, nothing needs to be done."],
    days: 3,
  };
}

export function resetLetter(url: string): Letter {
  return {
    kind: "choose_password",
    subject: "Choose a new password",
    paragraphs: [
      "Somebody, probably you, asked for a new password for your Little Monster account.",
    ],
    action: { label: "Choose a new password", url },
    after: [
      "The link works once, for 24 hours. If this was not you, your password stays as it is " +
        "and nothing needs to be done.",
    ],
    days: 1,
  };
}

/** To the old address, before the change counts. */
export function emailChangeLetter(newEmail: string, url: string): Letter {
  return {
    kind: "email_change",
    subject: "Your e-mail is about to change",
    paragraphs: [
      `Somebody, probably you, asked to change the e-mail of your Little Monster account to ${newEmail}.`,
      "If this was not you, take it back: this address counts again, everybody is logged " +
        "out, and you choose a new password.",
    ],
    action: { label: "This was not me", url },
    after: ["The link works once, for seven days. If this was you, nothing needs to be done."],
    days: 7,
  };
}

export function invitationLetter(url: string): Letter {
  return {
    kind: "invitation",
    subject: "You are invited to Little Monster",
    paragraphs: [
      "You are invited to make an account on a Little Monster server, where lectures become " +
        "text that answers questions.",
    ],
    action: { label: "Make an account", url },
    after: ["The link works once, for seven days."],
    days: 7,
  };
}

/** Something about how the account is entered has changed. */
export function noticeLetter(subject: string, sentence: string): Letter {
  return {
    kind: "notice",
    subject,
    paragraphs: [
      sentence,
      "If this was not you, choose a new password at once and end all other sessions.",
    ],
    days: 7,
  };
}

const BUTTON =
  "display:inline-block;padding:10px 18px;border-radius:8px;background:#2f5d50;color:#fff;" +
  "text-decoration:none";

export function composeMail(
  to: string,
  { subject, paragraphs, action, after = [] }: Letter,
): MailMessage {
  const text = [
    ...paragraphs,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...after,
  ].join("\n\n");
  const body = html`<!doctype html>
    <html lang="en">
      <body
        style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1f2430;background:#f6f5f2"
      >
        <div style="max-width:32rem;margin:0 auto;padding:24px;background:#fff;border-radius:12px">
          ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
          ${
            action
              ? html`<p>
                  <a href="${action.url}" style="${BUTTON}">${action.label}</a>
                </p>`
              : ""
          }
          ${after.map((paragraph) => html`<p style="color:#5b6270">${paragraph}</p>`)}
        </div>
      </body>
    </html>`;
  return {
    to,
    subject: `${subject} · Little Monster`,
    text: `${text}\n`,
    html: (body as HtmlEscapedString).toString(),
  };
}
