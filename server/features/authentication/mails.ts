/** What is written to people, as readable text and the same as HTML. */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Context } from "#server/context.ts";
import type { MailMessage } from "#server/providers/mail/contract.ts";

export interface Letter {
  subject: string;
  paragraphs: string[];
  action?: { label: string; url: string };
  after?: string[];
}

const ATTEMPTS = 3;
const PAUSE_MS = 5_000;

/**
 * Not awaited by the request: an answer must not take longer because an address exists. A mail server that is away for a moment
 * is tried again; after that the person asks for another mail.
 */
export function sendSoon(context: Context, to: string, letter: Letter) {
  const message = compose(to, letter);
  void attempt(context, message, 1);
}

async function attempt(context: Context, message: MailMessage, number: number): Promise<void> {
  try {
    await context.mail.send(message);
  } catch (error) {
    // The error of a mail server may quote the message: only its code is logged.
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    context.log.error(
      { code, response_code: responseCode, attempt: number, subject: message.subject },
      "a mail could not be sent",
    );
    if (number < ATTEMPTS)
      setTimeout(() => void attempt(context, message, number + 1), PAUSE_MS * number).unref();
  }
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
    subject: "Please confirm your e-mail",
    paragraphs: ["Welcome to Little Monster. Please confirm that this address is yours."],
    action: { label: "Confirm this address", url },
    after: ["The link works once, for three days. If this was not you, nothing needs to be done."],
  };
}

export function resetLetter(url: string): Letter {
  return {
    subject: "Choose a new password",
    paragraphs: [
      "Somebody, probably you, asked for a new password for your Little Monster account.",
    ],
    action: { label: "Choose a new password", url },
    after: [
      "The link works once, for 24 hours. If this was not you, your password stays as it is and nothing needs to be done.",
    ],
  };
}

/** To the old address, before the change counts. */
export function emailChangeLetter(newEmail: string, url: string): Letter {
  return {
    subject: "Your e-mail is about to change",
    paragraphs: [
      `Somebody, probably you, asked to change the e-mail of your Little Monster account to ${newEmail}.`,
      "If this was not you, take it back: this address counts again, everybody is logged out, and you choose a new password.",
    ],
    action: { label: "This was not me", url },
    after: ["The link works once, for seven days. If this was you, nothing needs to be done."],
  };
}

export function invitationLetter(url: string): Letter {
  return {
    subject: "You are invited to Little Monster",
    paragraphs: [
      "You are invited to make an account on a Little Monster server, where lectures become text that answers questions.",
    ],
    action: { label: "Make an account", url },
    after: ["The link works once, for seven days."],
  };
}

/** Something about how the account is entered has changed. */
export function noticeLetter(subject: string, sentence: string): Letter {
  return {
    subject,
    paragraphs: [
      sentence,
      "If this was not you, choose a new password at once and end all other sessions.",
    ],
  };
}

function compose(to: string, { subject, paragraphs, action, after = [] }: Letter): MailMessage {
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
          ${action ? html`<p><a href="${action.url}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#2f5d50;color:#fff;text-decoration:none">${action.label}</a></p>` : ""}
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
