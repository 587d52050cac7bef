/**
 * Anki's templates (https://docs.ankiweb.net/templates/intro.html): `{{Field}}`, filters, `{{#Field}}…{{/Field}}`,
 * `{{^Field}}…{{/Field}}`.
 */
export function renderTemplate(template: string, fields: Record<string, string>): string {
  const filled = (name: string) =>
    (fields[name.trim()] ?? "").replace(/<[^<>]*>|&nbsp;|\s/g, "") !== "";
  let text = template;
  for (let round = 0; round < 10; round += 1) {
    const next = text.replace(
      /\{\{([#^])([^{}]+)\}\}((?:(?!\{\{[#^])[\s\S])*?)\{\{\/\2\}\}/g,
      (_, mark: string, name: string, inside: string) =>
        filled(name) === (mark === "#") ? inside : "",
    );
    if (next === text) break;
    text = next;
  }
  return text.replace(/\{\{([^{}#^/][^{}]*)\}\}/g, (_, name: string) => {
    const field = name.split(":").at(-1)!.trim();
    return fields[field] ?? "";
  });
}

/** Names of the fields that a template shows. */
export function fieldsIn(template: string) {
  return new Set(
    [...template.matchAll(/\{\{([^{}]+)\}\}/g)].map(([, name]) =>
      name!
        .replace(/^[#^/]/, "")
        .split(":")
        .at(-1)!
        .trim(),
    ),
  );
}
