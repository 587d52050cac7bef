/** What a setting may be. A sentence of a mistake names no value: it may be a secret. */
import { z } from "zod";

/** Control characters stand in no address, name or key; they come from files that were read wrongly. */
export const text = z
  .string()
  .regex(/^[^\p{Cc}]*$/u, "holds a line break or another control character")
  .min(1);

export const flag = z.enum(["on", "off"]);
export const count = z.coerce.number("is not a number").int().positive();
/** No request goes to an address with a password in it, and it would be shown and logged with the address. */
export const url = z
  .url({ protocol: /^https?$/, error: "is not an address like https://…" })
  .refine((given) => {
    const parsed = URL.parse(given);
    return !parsed?.username && !parsed?.password;
  }, "has a name or a password in it");

/** Its path goes into cookies and into the page. */
export const publicUrl = url.refine(
  (given) => /^https?:\/\/[^/?#]+(?:\/[\w.~%-]+)*\/?$/.test(given),
  "must be an address such as https://example.org or https://example.org/study, without ? and #",
);

/** A name or an address to listen on or to connect to, or the folder of a socket. */
export const host = text.regex(
  /^(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*|\/[\w./-]+)$/,
  "is not the name or the address of a machine",
);

export const databaseUrl = text.refine(
  (value) => /^postgres(?:ql)?:$/.test(URL.parse(value)?.protocol ?? ""),
  "is not an address like postgresql://user:password@host:5432/database",
);

export const smtpUrl = text.refine((value) => {
  const parsed = URL.parse(value);
  return parsed !== null && /^smtps?:$/.test(parsed.protocol) && parsed.hostname !== "";
}, "is not an address like smtp://user:password@mail.example.org:587");

/** `somebody@example.org`, or `A Name <somebody@example.org>`. */
export const mailbox = text.regex(
  /^(?:[^<>@]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
  "is not like Little Monster <little-monster@example.org>",
);

/** Where weaknesses are reported (RFC 9116, section 2.5.3). */
export const contact = text.regex(
  /^(?:mailto:[^\s<>@]+@[^\s<>@]+|[^\s<>@:]+@[^\s<>@]+|https:\/\/\S+|tel:\+[\d-]+)$/,
  "is not a mail address, nor an address like https://…",
);

/** A folder or a file on this machine; whether it is there, `check-machine.ts` says. */
export const path = text.max(4000, "is too long for a path");

/** `auto`, `off`, or the path of a program. */
export const program = path;

/** Of a region at a provider, such as eu-central-1. */
export const region = text.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/i, "is not like eu-central-1");

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; other servers allow upper case, too.
 */
export const bucket = text.regex(
  /^[A-Za-z0-9][\w.-]{1,61}[A-Za-z0-9]$/,
  "is not the name of a bucket: 3 to 63 letters, digits, dots and hyphens",
);

/** Of a model at a provider, such as gpt-4o or org/model:7b. */
export const modelName = text.regex(/^[\w@][\w./:@+-]{0,199}$/, "is not the name of a model");
