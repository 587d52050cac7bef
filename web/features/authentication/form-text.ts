/** A field of a form as text; a file or a missing field is none. */
export function formText(form: HTMLFormElement | FormData, name: string) {
  const value = (form instanceof FormData ? form : new FormData(form)).get(name);
  return typeof value === "string" ? value : "";
}
