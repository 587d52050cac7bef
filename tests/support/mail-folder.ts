/** Mails of a server without SMTP: files in its data folder, quoted-printable (RFC 2045, section 6.7). */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { vi } from "vitest";

/** The link of the newest mail to `to` whose link has `part`; a mail is sent after the answer, so it is waited for. */
export async function linkInMail(dataDir: string, to: string, part = /^/): Promise<string> {
  const folder = join(dataDir, "mails");
  return vi.waitUntil(
    async () => {
      const files = await readdir(folder).catch(() => []);
      const mails = files.filter((file) => file.endsWith(".eml"));
      for (const file of mails.toSorted((a, b) => b.localeCompare(a))) {
        const mail = await readFile(join(folder, file), "utf8");
        const plain = mail
          .replaceAll("=\r\n", "")
          .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) =>
            String.fromCharCode(parseInt(code, 16)),
          );
        const link = plain.includes(`To: ${to}`) && /https?:\/\/\S+/.exec(plain)?.[0];
        if (link && part.test(link)) return link;
      }
      return undefined;
    },
    { timeout: 10_000 },
  ) as Promise<string>;
}
