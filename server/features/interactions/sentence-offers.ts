/**
 * What a sentence has that a question of some kind asks for: a date, a number, a name, a place, a cause, an
 * enumeration.
 */
import type { Span } from "#server/features/search/sentences.ts";
import type { QuestionKind } from "./question-words.ts";

const MONTHS =
  "January|February|March|April|May|June|July|August|September|October|November|December|" +
  "Januar|Jänner|Februar|März|Mai|Juni|Juli|Oktober|Dezember|janvier|février|mars|avril|mai|" +
  "juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|" +
  "junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|" +
  "giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart|mei|juni|juli|augustus|" +
  "oktober|januário|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro";
const ERA =
  "(?:\\s?(?:BCE?|CE|AD|v\\. ?Chr\\.|n\\. ?Chr\\.|av\\. J\\.-C\\.|a\\. ?C\\.|d\\. ?C\\.|v\\.Chr\\.))?";
const YEAR =
  `(?<![\\d.,])(?:1\\d{3}|20\\d{2})(?:s|er)?(?![\\d]|[.,]\\d|` +
  `\\s?(?:%|°|km|kg|m\\b|meters|metres|miles|people|students))${ERA}`;

/** Dates and times, longest first. */
const TIMES = new RegExp(
  [
    `(?:\\d{1,2}(?:st|nd|rd|th|\\.|er|º)?\\s+(?:of |de )?)?(?:${MONTHS})(?:\\s+\\d{1,2}(?:st|` +
      `nd|rd|th)?)?,?\\s+(?:de |del )?\\d{4}`,
    `\\d{1,2}(?:\\.|er|º)?\\s+(?:de )?(?:${MONTHS})`,
    `(?:${MONTHS})\\s+\\d{1,2}(?:st|nd|rd|th)?`,
    `\\d{1,2}\\.\\s?\\d{1,2}\\.\\s?\\d{4}|\\d{4}-\\d{2}-\\d{2}`,
    `(?:early |late |mid-)?(?:\\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|` +
      "seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|" +
      `seventeenth|eighteenth|nineteenth|twentieth)[- ](?:century|centuries)${ERA}`,
    `\\d{1,2}\\. Jahrhunderts?${ERA}|[XVI]+e siècle${ERA}|siglo [XVI]+${ERA}|` +
      `[XVI]+ secolo${ERA}|\\d{1,2}e eeuw|século [XVI]+`,
    `(?:${YEAR})(?:\\s?[–-]\\s?\\d{2,4})?`,
    `\\d{1,4}${ERA.replace(/\?$/, "")}`,
    "(?<!\\p{L})(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Montag|Dienstag|" +
      "Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|" +
      "dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|maandag|dinsdag|woensdag|" +
      "donderdag|vrijdag|zaterdag|zondag)(?!\\p{L})",
  ].join("|"),
  "gu",
);

const NUMBER_WORDS =
  "one(?= (?:hundred|thousand|million|billion|trillion|dozen))|two|three|four|five|six|seven|eight|nine|ten|" +
  "eleven|twelve|thirteen|fourteen|fifteen|" +
  "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|" +
  "hundred|thousand|million|billion|trillion|dozen|dozens|half|twice|" +
  "one[- ](?:third|quarter|half|fifth|tenth)|two[- ]thirds|three[- ]quarters|single|zero|" +
  "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend|" +
  "Million(?:en)?|Milliarden?|Hälfte|Drittel|Viertel|deux|trois|quatre|cinq|six|sept|huit|" +
  "neuf|dix|onze|douze|vingt|trente|cent|mille|millions?|milliards?|moitié|dos|tres|cuatro|" +
  "cinco|seis|siete|ocho|nueve|diez|doce|veinte|cien|mil|millón|millones|mitad|tercio|due|" +
  "tre|quattro|cinque|sei|sette|otto|nove|dieci|dodici|venti|cento|milione|milioni|metà|twee|" +
  "drie|vijf|zes|zeven|acht|negen|tien|twaalf|twintig|honderd|duizend|miljoen|miljard|helft|" +
  "dois|duas|três|quatro|sete|oito|dez|milhão|milhões|metade";
const UNITS =
  "(?:\\s?(?:%|percent|per cent|Prozent|pour cent|por ciento|per cento|procent|°\\s?[CFK]?|" +
  "(?:(?:million|billion|thousand|hundred|square|cubic|light|Millionen|Milliarden|millones|" +
  "milioni|miljoen)\\s)*(?:km²?|m²|kg|mg|g|cm|mm|nm|m|s|ms|h|Hz|kHz|MHz|W|kW|MW|V|J|N|K|L|ml|" +
  "mL|dL|litres?|liters?|min|sec|IU|bytes?|bits?|[kMGT]B|times|percentage points|" +
  "years?|months?|weeks?|days?|hours?|minutes?|seconds?|miles?|feet|foot|inches|acres|" +
  "hectares|metres?|meters?|kilomet(?:re|er)s?|kilograms?|grams?|tons?|tonnes?|pounds?|" +
  "dollars?|euros?|degrees?|people|students|volumes|Jahren?|Monaten?|Tagen?|Stunden?|" +
  "Minuten?|Sekunden?|Metern?|Kilometern?|Menschen|ans|années|jours|heures|mètres|kilomètres|" +
  "habitants|años|días|horas|metros|kilómetros|habitantes|anni|giorni|ore|metri|chilometri|" +
  "abitanti|jaar|dagen|uur|meter|kilometer|inwoners)(?!\\p{L})))?";
const NUMBERS = new RegExp(
  `(?:[$€£¥]\\s?)?(?<![\\p{L}\\d.,])(?:\\d{1,3}(?:[,. ’']\\d{3})+(?:[.,]\\d+)?|` +
    `\\d+(?:[.,]\\d+)?)(?![\\d\\p{L}])(?:\\s?[–-]\\s?\\d+(?:[.,]\\d+)?)?(?:\\s(?:thousand|` +
    `million|billion|trillion|hundred))?${UNITS}|(?<!\\p{L})(?:(?:${NUMBER_WORDS})(?:[- ` +
    `](?=${NUMBER_WORDS})|${UNITS}(?!\\p{L}))?)+(?!\\p{L})`,
  "giu",
);

const NAME_PART = "\\p{Lu}[\\p{L}\\p{M}’'.-]*\\p{L}|\\p{Lu}\\.";
/** Words between the parts of a name. */
const NAME_LINK =
  "(?:\\s+(?:of|de|la|le|du|des|di|da|von|van|der|den|del|dos|al|ibn|bin|el)(?=\\s+\\p{Lu}))*";
const NAMES = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${NAME_PART})(?:${NAME_LINK}\\s+(?:${NAME_PART}|[XVI]+(?!\\p{L})))*`,
  "gu",
);

const has = (words: string) => new RegExp(`(?<!\\p{L})(?:${words})(?!\\p{L})`, "iu");
const REASONS = has(
  "because|since|due to|owing to|caused? by|causes?|result(?:s|ed)? (?:of|in|from)|therefore|" +
    "thus|hence|so that|in order to|leads? to|led to|reasons?|as a consequence|consequently|" +
    "for this reason|thanks to|to (?:avoid|prevent|protect|allow|ensure|make|reduce)|weil|da|" +
    "denn|wegen|aufgrund|deshalb|daher|darum|deswegen|dadurch|um .* zu|damit|Grund|Ursache|" +
    "führt zu|parce qu(?:e|['’])|car|puisque|à cause de|grâce à|donc|afin de|pour que|raison|" +
    "cause|provoque|porque|debido a|a causa de|por eso|ya que|puesto que|para que|razón|causa|" +
    "perché|poiché|a causa di|dovuto a|quindi|perciò|ragione|omdat|want|doordat|vanwege|wegens|" +
    "daarom|dus|zodat|oorzaak|reden|devido a|por causa|portanto",
);
const MANNERS = has(
  "by \\p{L}+ing|through|using|via|by means of|with the help of|in which|so that|durch|indem|" +
    "mithilfe|mit Hilfe|mittels|en \\p{L}+ant|grâce à|au moyen de|à travers|mediante|" +
    "a través de|por medio de|\\p{L}+ando|\\p{L}+iendo|attraverso|tramite|\\p{L}+endo|mediante|" +
    "door(?: middel van)?|met behulp van|via|por meio de|através de",
);
const COMPARISONS = has(
  "whereas|while|than|unlike|in contrast|on the other hand|but|both|however|differs?|" +
    "differences?|compared|während|hingegen|dagegen|im Gegensatz|aber|beide|als|Unterschied|" +
    "unterscheide[nt]|tandis que|alors que|contrairement|mais|différences?|mientras|en cambio|" +
    "a diferencia|pero|ambos|diferencias?|mentre|invece|a differenza|ma|entrambi|differenz[ae]|" +
    "terwijl|daarentegen|in tegenstelling|maar|beide|verschil(?:len)?|enquanto|ao contrário|" +
    "mas|diferenças?",
);
const DEFINES = has(
  "(?:is|are|was|were) (?:an?|the|any|one)|means|refers? to|" +
    "(?:is|are) (?:called|known as|defined as)|consists? of|ist (?:ein|eine|der|die|das)|sind|" +
    "heißt|bedeutet|bezeichnet|nennt man|versteht man|est (?:un|une|le|la|l['’])|sont|signifie|" +
    "désigne|s['’]appelle|consiste|es (?:un|una|el|la)|son|significa|se llama|consiste|" +
    "è (?:un|una|il|la|lo|l['’])|sono|si chiama|is (?:een|de|het)|zijn|betekent|heet|noemt men|" +
    "é (?:um|uma|o|a)|são",
);
const EXAMPLES = has(
  "for (?:example|instance)|examples?|e\\.g\\.|such as|like|including|zum Beispiel|z\\. ?B\\.|Beispiele?|" +
    "etwa|wie|" +
    "par exemple|exemples?|comme|tels? que|por ejemplo|ejemplos?|como|per esempio|ad esempio|esempi[o]?|come|" +
    "bijvoorbeeld|bv\\.|voorbeeld(?:en)?|zoals|por exemplo|exemplos?",
);
const PLACES = has(
  "in|at|on|inside|within|near|between|across|along|beneath|under|from|to|throughout|im|am|" +
    "auf|bei|zwischen|innerhalb|aus|nach|dans|à|au|aux|en|sur|entre|près de|chez|sous|al?|del?|" +
    "sobre|cerca de|dentro de|nel(?:la|lo|le|l)?|nei|negli|sul(?:la)?|tra|presso|op|bij|tussen|" +
    "binnen|uit|naar|em|no|na|nos|nas|perto de",
);

/**
 * Where in the sentence a short answer could stand (UTF-16 offsets in it); none for kinds whose answer is the sentence.
 */
export function spansFor(kind: QuestionKind, sentence: string): Span[] {
  const found = (pattern: RegExp) =>
    [...sentence.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
    }));
  if (kind === "time") return found(TIMES);
  if (kind === "number") {
    const times = found(TIMES).filter(({ start, end }) => end - start >= 4);
    return found(NUMBERS).filter(
      (number) => !times.some(({ start, end }) => number.start >= start && number.end <= end),
    );
  }
  if (kind === "person" || kind === "place") return found(NAMES);
  return [];
}

/** Whether the sentence has what the question asks for: 1, 0, or between where only the manner of speaking tells. */
export function offers(kind: QuestionKind, sentence: string, language: string | undefined): number {
  switch (kind) {
    case "time":
    case "number":
      return spansFor(kind, sentence).length > 0 ? 1 : 0;
    case "person":
      // German writes every noun as a name; the first word of a sentence is always written so.
      return language === "de" || spansFor(kind, sentence).some(({ start }) => start > 0) ? 1 : 0;
    case "place":
      return PLACES.test(sentence) ? 1 : 0;
    case "reason":
      return REASONS.test(sentence) ? 1 : 0;
    case "manner":
      return MANNERS.test(sentence) ? 1 : 0;
    case "comparison":
      return COMPARISONS.test(sentence) ? 1 : 0;
    case "definition":
      return DEFINES.test(sentence) ? 1 : 0;
    case "example":
      return EXAMPLES.test(sentence) ? 1 : 0;
    case "list":
      return isEnumeration(sentence) ? 1 : 0;
    default:
      return 0.5;
  }
}

function isEnumeration(sentence: string) {
  return (
    (sentence.match(/[,;、，]/g)?.length ?? 0) >= 2 ||
    /:\s*\S/.test(sentence) ||
    /^[ \t]*(?:[-*•]|\d+[.)])\s/m.test(sentence)
  );
}
