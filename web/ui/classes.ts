/** Joins class names; what is false or undefined is left out. */
export function classes(...names: (string | false | undefined | null)[]) {
  return names.filter(Boolean).join(" ");
}
