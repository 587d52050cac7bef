/** How the languages say what a thing is, list its parts, and give a reason. */
export interface LanguagePatterns {
  /** Named groups `term` and `meaning`. */
  definitions: RegExp[];
  /** Named group `term`: the last words of a sentence name what it says. */
  naming: RegExp;
  /** Named group `list`: three things or more at the end of a sentence. */
  list: RegExp;
  /** Named groups `effect` and `cause`. */
  causes: RegExp[];
  /** A sentence that begins so leans on the one before. */
  leans: RegExp;
  /** Talk between people, not about the subject. */
  chat: RegExp;
  ask: {
    whatIs(term: string, plural: boolean): string;
    why(effect: string): string;
    which(meaning: string): string;
    about(heading: string): string;
  };
}

const ITEM = String.raw`[^,;:.!?()]{2,70}`;
const listOf = (before: string, and: string) =>
  new RegExp(
    String.raw`(?:${before})\s+(?<list>(?:${ITEM}, ){1,8}${ITEM},? (?:${and}) ${ITEM})[.!]?$`,
    "iu",
  );
/** One to five words, without commas. */
const TERM = String.raw`(?<term>[\p{L}\p{N}][\p{L}\p{N}'’-]*(?: [\p{L}\p{N}][\p{L}\p{N}'’-]*){0,4})`;

const EN: LanguagePatterns = {
  definitions: [
    new RegExp(
      String.raw`^(?:(?:So|Now|Well|And|In other words|In general),?\s+)?(?:(?:The|An?|Any)\s+)?${TERM}(?:, or [^,]{2,40},)? (?<verb>is|are) (?:defined as |usually |simply |just |basically )?(?<meaning>(?:the|an?|any|one of|when|where)\s.{15,})$`,
      "u",
    ),
    new RegExp(
      String.raw`^(?:(?:So|Now|And),?\s+)?(?:(?:The|An?)\s+)?${TERM} (?<verb>means|refers to|describes|denotes|stands for) (?<meaning>.{12,})$`,
      "u",
    ),
  ],
  naming: new RegExp(
    String.raw`\b(?:is|are|was|were|being|is often|is also) (?:called|known as|termed|named) (?:the |an? )?${TERM}(?=[.,;:!]|$)`,
    "u",
  ),
  list: listOf(
    String.raw`:|\b(?:are|includes?|including|such as|consists? of|contains?|namely|called|comprises?|into|limit)\b`,
    "and|or",
  ),
  causes: [
    /^(?<effect>.{15,}?),? (?<cause>(?:because|due to|as a result of|thanks to|owing to) .{10,}?)[.!]$/iu,
    /^(?<cause>.{15,}?),? (?:and )?(?:that is why|that's why|which is why|therefore|consequently|as a result|hence),? (?<effect>.{12,}?)[.!]$/iu,
  ],
  leans:
    /^(?:and |but |so |now |because )?(?:this|that|these|those|it|they|he|she|such|here|there|which|both|one|also|another|him|her|them|its|their|his)(?![\p{L}-])/iu,
  chat: /\b(?:I|I'm|I've|I'll|I'd|me|my|you|your|you're|you've|you'll|we'll|we're|let's|let us|guys|gonna|okay|um|uh|thanks?|welcome|please|sorry|lecture|class|homework|exam|slides?|professor|license|donation|website)\b/iu,
  ask: {
    whatIs: (term, plural) => `What ${plural ? "are" : "is"} ${term}?`,
    why: (effect) => `Why? ${effect}.`,
    which: (meaning) => `What is it called? ${meaning}.`,
    about: (heading) => `What is said about “${heading}”?`,
  },
};

const DE: LanguagePatterns = {
  definitions: [
    new RegExp(
      String.raw`^(?:(?:Also|Nun|Und),?\s+)?(?:(?:Der|Die|Das|Eine?)\s+)?${TERM} (?<verb>ist|sind) (?<meaning>(?:der|die|das|eine?|einer der|eine der)\s.{15,})$`,
      "u",
    ),
    new RegExp(
      String.raw`^(?:(?:Der|Die|Das|Eine?)\s+)?${TERM} (?<verb>bedeutet|bezeichnet|heißt|beschreibt) (?<meaning>.{12,})$`,
      "u",
    ),
  ],
  naming: new RegExp(
    String.raw`\b(?:heißt|heißen|nennt man|wird als|werden als) (?:auch |der |die |das )?${TERM}(?: bezeichnet)?(?=[.,;:!]|$)`,
    "u",
  ),
  list: listOf(
    String.raw`:|\b(?:sind|umfasst|umfassen|besteht aus|bestehen aus|nämlich|enthält|wie)\b`,
    "und|oder",
  ),
  causes: [
    /^(?<effect>.{15,}?), (?<cause>(?:weil|da|denn) .{10,}?)[.!]$/iu,
    /^(?<cause>.{15,}?)[,;] (?:deshalb|daher|darum|deswegen) (?<effect>.{12,}?)[.!]$/iu,
  ],
  leans:
    /^(?:und |aber |also |nun )?(?:dies|diese[rsmn]?|das|er|sie|es|hier|dort|dabei|dadurch|damit|so|solche|beide|ihre?|seine?|auch)(?!\p{L})/iu,
  chat: /\b(?:ich|mich|mir|mein|du|dich|dir|ihr|euch|wir|uns|unser|bitte|danke|willkommen|vorlesung|folie|klausur|hausaufgabe)\b/iu,
  ask: {
    whatIs: (term, plural) => `Was ${plural ? "sind" : "ist"} ${term}?`,
    why: (effect) => `Warum? ${effect}.`,
    which: (meaning) => `Wie heißt das? ${meaning}.`,
    about: (heading) => `Was wird über „${heading}“ gesagt?`,
  },
};

const FR: LanguagePatterns = {
  definitions: [
    new RegExp(
      String.raw`^(?:(?:Le|La|Les|Une?|L['’])\s?)?${TERM} (?<verb>est|sont) (?<meaning>(?:une?|le|la|les|l['’]|des)\s?.{15,})$`,
      "u",
    ),
  ],
  naming: new RegExp(
    String.raw`\b(?:s['’]appelle|s['’]appellent|est appelée?|sont appelée?s) (?:le |la |les |l['’]|une? )?${TERM}(?=[.,;:!]|$)`,
    "u",
  ),
  list: listOf(
    String.raw`:|\b(?:sont|comprend|comprennent|se compose de|contient|comme)\b`,
    "et|ou",
  ),
  causes: [/^(?<effect>.{15,}?),? (?<cause>(?:parce qu['e’]|car |à cause d).{10,}?)[.!]$/iu],
  leans:
    /^(?:et |mais |donc )?(?:ce|cela|ceci|cette|ces|il|elle|ils|elles|celui|ici|on)(?!\p{L})/iu,
  chat: /\b(?:je|j['’]ai|moi|mon|tu|toi|vous|votre|nous|notre|merci|bonjour|cours|examen)\b/iu,
  ask: {
    whatIs: (term, plural) => (plural ? `Que sont : ${term} ?` : `Qu’est-ce que : ${term} ?`),
    why: (effect) => `Pourquoi ? ${effect}.`,
    which: (meaning) => `Comment cela s’appelle-t-il ? ${meaning}.`,
    about: (heading) => `Que dit-on de « ${heading} » ?`,
  },
};

const ES: LanguagePatterns = {
  definitions: [
    new RegExp(
      String.raw`^(?:(?:El|La|Los|Las|Una?)\s+)?${TERM} (?<verb>es|son) (?<meaning>(?:una?|el|la|los|las)\s.{15,})$`,
      "u",
    ),
  ],
  naming: new RegExp(
    String.raw`\b(?:se llaman?|se denominan?|se conocen? como) (?:el |la |los |las )?${TERM}(?=[.,;:!]|$)`,
    "u",
  ),
  list: listOf(String.raw`:|\b(?:son|incluyen?|comprenden?|consta de|contienen?|como)\b`, "y|e|o"),
  causes: [/^(?<effect>.{15,}?),? (?<cause>(?:porque|debido a|a causa de) .{10,}?)[.!]$/iu],
  leans:
    /^(?:y |pero |así )?(?:est[eao]s?|es[eao]s?|él|ella|ellos|ellas|ello|aquí|su|sus)(?!\p{L})/iu,
  chat: /\b(?:yo|me|mi|tú|usted|ustedes|nosotros|nuestro|gracias|hola|clase|examen)\b/iu,
  ask: {
    whatIs: (term, plural) => `¿Qué ${plural ? "son" : "es"} ${term}?`,
    why: (effect) => `¿Por qué? ${effect}.`,
    which: (meaning) => `¿Cómo se llama? ${meaning}.`,
    about: (heading) => `¿Qué se dice de «${heading}»?`,
  },
};

const LANGUAGES: Record<string, LanguagePatterns> = { en: EN, de: DE, fr: FR, es: ES };

/** English where the language is not one of these: its patterns then find little, and key terms and numbers remain. */
export function patternsFor(language: string | null): LanguagePatterns {
  return LANGUAGES[(language ?? "").toLowerCase().split(/[-_]/)[0] ?? ""] ?? EN;
}
