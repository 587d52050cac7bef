/**
 * A mail server by SMTP (https://nodemailer.com/smtp/). TLS is used where the server offers it; `smtps://` insists from
 * the first byte.
 */
import { createTransport } from "nodemailer";
import type { Mail } from "./contract.ts";

export function smtpMail(options: { url: string; from: string }): Mail {
  // Its own logger stays off: it would write whole mails, and with them the links.
  const transport = createTransport(
    {
      url: options.url,
      pool: true,
      maxConnections: 2,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      logger: false,
    },
    { from: options.from },
  );
  return {
    name: "smtp",
    configured: true,
    async send({ id, accountId: _accountId, ...message }) {
      await transport.sendMail({ ...message, messageId: `<${id}@little-monster>` });
    },
    // What was sent is not here any more.
    async forget() {},
    async check() {
      await transport.verify();
    },
    async stop() {
      transport.close();
    },
  };
}
