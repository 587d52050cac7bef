/**
 * How an answer is wanted ("in one sentence", "true or false:", "explain like I'm five", "can you tell me"): nothing of
 * that is looked for in the materials.
 */
const PHRASES = new RegExp(
  [
    // English
    "(?:is it )?true or false(?: that)?|in (?:just )?(?:one|a|two|three|a few) (?:short )?(?:sentences?|words?)",
    "in (?:simple|plain|easy|your own) (?:terms|words|english|language)|in (?:brief|detail|short)",
    "(?:like|as if) i(?:['’]?m| am|['’]?m a| were) (?:a )?(?:five|5|six|ten|twelve|child|kid|" +
      "beginner)(?: years? old)?",
    "eli5|step by step|(?:can|could|would) you (?:please )?(?:tell|explain|give|show|" +
      "help)(?: to)?(?: me)?(?: with)?",
    "do you know|i (?:want|need|would like|['’]d like) to know|remind me|quick question|i (?:do not|" +
      "don['’]t) understand",
    "(?:according to|based on|from|in) (?:my|the|these|our) (?:notes?|lectures?|slides?|materials?|" +
      "recordings?|texts?)",
    "(?:give|show)(?: me)? (?:an?|some|the|two|three) examples? (?:of|for)|what (?:is|" +
      "are) (?:an? )?examples? (?:of|for)",
    "state (?=the|an?)|what(?: exactly)? is meant by|what do (?:you|we) mean by",
    // German
    "(?:richtig|wahr) oder falsch|in (?:einem|zwei|wenigen|eigenen|einfachen) (?:satz|sätzen|worten)|" +
      "einfach erklärt",
    "(?:kannst|könntest|können) (?:du|sie) (?:mir |bitte )*(?:sagen|erklären|erläutern)|weißt du|ich möchte wissen",
    "(?:gib|nenne?|zeig)(?: mir)? (?:ein|zwei|drei|einige|das)? ?beispiele? (?:für|von|zu)",
    // French
    "vrai ou faux|en (?:une|deux|quelques) (?:phrases?|mots?)|en bref|(?:peux|pouvez)[- ](?:tu|vous)(?: me|" +
      " m['’])? ?" +
      "(?:dire|expliquer)|(?:donne|donnez|cite)(?:[- ]moi)? (?:un|des|deux|trois|quelques) exemples? (?:de|d['’])",
    // Spanish, Portuguese, Italian
    "verdadero o falso|en (?:una|dos|pocas) (?:frases?|palabras?)|(?:puedes|podrías) (?:decirme|explicarme|" +
      "explicar)",
    "(?:da|dame|pon) (?:un|unos|dos|tres)? ?ejemplos? de|verdadeiro ou falso|(?:numa|em uma|" +
      "em poucas) (?:frase|palavras)",
    "(?:dê|dá|dá-me)(?: me)? (?:um|dois|alguns)? ?exemplos? de|vero o falso|in (?:una|poche) (?:frase|parole)",
    "(?:dammi|fai) (?:un|due|alcuni)? ?esemp[io]+ di",
    // Dutch
    "waar of niet waar|in (?:één|een|enkele) (?:zin|woorden)|kun je(?: me)? (?:zeggen|vertellen|uitleggen)",
    "geef(?: me)? (?:een|twee|enkele) voorbeeld(?:en)? van",
    // Russian
    "верно ли,? что|в (?:одном|двух) (?:предложении|словах)|приведи(?:те)? примеры?",
  ]
    .map((phrase) => `(?<![\\p{L}\\p{N}])(?:${phrase})(?![\\p{L}\\p{N}])[:,]?`)
    // Chinese puts no spaces around words.
    .concat("用一句话|举例说明|请问|请")
    .join("|"),
  "giu",
);

export function withoutAskingPhrases(text: string) {
  const rest = text.replace(PHRASES, " ").trim();
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text;
}
