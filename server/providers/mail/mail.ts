import { join } from "node:path";
import type { Logger } from "pino";
import type { Config } from "#server/config.ts";
import type { Mail } from "./contract.ts";
import { folderMail } from "./folder.ts";
import { smtpMail } from "./smtp.ts";

export function createMail(config: Config, log: Logger): Mail {
  const { smtpUrl, from } = config.mail;
  return smtpUrl
    ? smtpMail({ url: smtpUrl, from })
    : folderMail({ folder: join(config.dataDir, "mails"), from, log });
}
