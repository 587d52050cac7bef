/** Whether two words in small letters are forms of one. */

/** What an ending makes of a stem, in the languages of Europe; "cells" of "cell", "psychologist" of "psychology". */
const ENDING =
  /^(?:'?s|es|e?d|ing|ings|[eo]rs?|ly|al|ally|ics?|ical|ically|ives?|ively|ions?|[ai]tions?|a?bl[ey]|ists?|ism|it(?:y|ies)|y|ies|e|ments?|ness|en[tc][se]?|enc[ey]|an[tc]s?|ance|ary|ory|ars?|ate[sd]?|ating|i[sz](?:e[sd]?|ing|ation)|a|um|us|i|en|em|n|ung|ungen|isch\w*|lich\w*|keit|ique|iques|aux|ales?)?$/;

export function isFormOf(a: string, b: string) {
  if (a === b) return true;
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  for (let stem = same; stem >= Math.max(4, same - 2); stem -= 1)
    // A last letter that is another one is no ending.
    if (a.length - stem === 1 && b.length - stem === 1) continue;
    else if (ENDING.test(a.slice(stem)) && ENDING.test(b.slice(stem))) return true;
  return false;
}
