/**
 * Without a mail server: each mail is a file that whoever runs this installation can open (RFC 5322). Its name ends
 * with the account that it is about, and it goes with that account.
 */
import { access, constants, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import type { Logger } from "pino";
import type { Mail } from "./contract.ts";

export function folderMail(options: { folder: string; from: string; log: Logger }): Mail {
  const { folder, from, log } = options;
  return {
    name: "folder",
    configured: false,
    async send({ id, accountId = "nobody", ...message }) {
      const mail = { from, messageId: `<${id}@little-monster>`, ...message };
      const content = await new MailComposer(mail).compile().build();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(
        folder,
        `${new Date().toISOString().replaceAll(":", "-")}-${id.slice(-8)}-${accountId}.eml`,
      );
      // Aside and renamed: after a crash in between, the next attempt writes it whole.
      const aside = join(folder, `.${id}`);
      await writeFile(aside, content, { mode: 0o600, flush: true });
      await rename(aside, file);
      log.info({ file }, "no mail server is set (LM_SMTP_URL): a mail was written to a file");
    },
    async forget(accountId) {
      const files = await readdir(folder).catch(() => []);
      for (const file of files)
        if (file.endsWith(`-${accountId}.eml`)) await rm(join(folder, file), { force: true });
    },
    async check() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
    },
    async stop() {},
  };
}
