import type { Readable } from "node:stream";

/**
 * A stream may break before anybody reads it, while a folder is made or a part is begun: whoever reads it then meets
 * the error, and until then it must not end the process.
 */
export function ownErrors<R extends Readable>(content: R): R {
  return content.on("error", () => {});
}
