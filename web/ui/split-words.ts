/** What is written with spaces or commas between, such as tags. */
export const splitWords = (text: string) => text.split(/[\s,]+/).filter(Boolean);
