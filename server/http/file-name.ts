/**
 * A file's name as its sender wrote it, for people to read; never used as a path. Browsers escape quotation marks and
 * line ends in multipart names by percent signs (WHATWG HTML, section 4.10.22.8); some send folders too.
 * @returns undefined where nothing is left.
 */
export function shownFileName(given: string | undefined): string | undefined {
  const name = given
    ?.replace(/%(22|0D|0A)/gi, (_, code: string) => (code === "22" ? '"' : " "))
    .normalize("NFC")
    // Control characters, and those that turn the direction of writing: "gpj.exe" would read "exe.jpg".
    .replace(/[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, "")
    .replace(/^.*[/\\](?=[^/\\])/, "")
    .trim();
  return name ? name.slice(-500) : undefined;
}
