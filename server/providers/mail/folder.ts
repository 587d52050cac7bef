/** Without a mail server: each mail is a file that whoever runs this installation can open (RFC 5322). */
import { randomBytes } from "node:crypto";
import { access, constants, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import type { Logger } from "pino";
import type { Mail } from "./contract.ts";

export function folderMail(options: { folder: string; from: string; log: Logger }): Mail {
  const { folder, from, log } = options;
  return {
    name: "folder",
    configured: false,
    async send(message) {
      const content = await new MailComposer({ from, ...message }).compile().build();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(
        folder,
        `${new Date().toISOString().replaceAll(":", "-")}-${randomBytes(4).toString("hex")}.eml`,
      );
      await writeFile(file, content, { mode: 0o600, flag: "wx" });
      log.info({ file }, "no mail server is set (LM_SMTP_URL): a mail was written to a file");
    },
    async check() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
    },
    async stop() {},
  };
}
