/**
 * Text that PostgreSQL and JSON can hold and a person can read: whole characters, one kind of line feed, no control
 * characters.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\u00ad]/g, "");
}
