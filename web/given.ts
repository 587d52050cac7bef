/** A search parameter that is there, or no property at all. */
export const given = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in K]?: V | undefined };
