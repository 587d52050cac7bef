/**
 * Questions for a measure ("How heavy is the nucleus?"): a sentence that says something else of the same thing comes
 * near and does not answer. Only what has such a measure, or speaks of it, does.
 */

/** `words` as alternatives between no other letters; a digit may stand beside them ("5kg"). */
export const word = (words: string) => new RegExp(`(?<!\\p{L})(?:${words})(?!\\p{L})`, "iu");
const NUMBER =
  "(?:\\d|(?<!\\p{L})(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|" +
  "twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|" +
  "thousand|million|billion|half|an?|sechs|sieben|acht|neun|zwölf|zwanzig|ein|eine|zwei|drei|vier|fünf|zehn|" +
  "hundert|tausend|deux|" +
  "trois|cent|mille|dos|tres|cien|mil|due|tre|cento|twee|drie|" +
  "vier|vijf|zes|zeven|acht|negen|tien|honderd|duizend|dois|três|quatro|cinco|dez|quatre|cinq|six|dix|cuatro|" +
  "seis|diez|" +
  "quattro|cinque|sei|dieci|un|une|una|uno|um|uma|een))";
/** A number, and the unit not far behind it. */
const unit = (units: string) =>
  new RegExp(`${NUMBER}[^.;]{0,25}?(?<!\\p{L})(?:${units})(?!\\p{L})`, "iu");

interface Measure {
  asks: RegExp;
  shows: RegExp[];
}

const MEASURES: Measure[] = [
  {
    asks: word(
      "how heavy|how much (?:does|do|did) .{1,60}? weigh|what (?:does|do|did) .{1,60}? weigh|" +
        "wie schwer|wie viel wiegt|combien pèse|cuánto pesan?|quanto pesa(?:no)?|hoe zwaar",
    ),
    shows: [
      unit(
        "kg|g|mg|µg|ng|kilograms?|grams?|milligrams?|tons?|tonnes?|pounds?|lbs?|ounces?|" +
          "stones?|daltons?|k?Da|Kilogramm|Gramm|Tonnen?|kilos?|grammes?|tonnes?|gramos?|" +
          "kilogramos?|toneladas?|grammi|chilogrammi|tonnellate|gram|kilogram|ton",
      ),
      word(
        "weigh(?:s|ed|ing)?|weights?|mass(?:es)?|heav(?:y|ier|iest)|light(?:er|est)|" +
          "wieg(?:t|en)|Gewicht|Masse|schwer(?:er|ste)?|leichter|pèsent?|poids|masse|lourde?s?|" +
          "pesan?|peso|masa|pesad[oa]s?|massa|weegt|gewicht",
      ),
    ],
  },
  {
    asks: word(
      "how (?:tall|high|wide|deep|thick|far)|wie (?:hoch|breit|tief|dick|weit)|" +
        "hoe (?:hoog|breed|diep|dik|ver)|qué (?:altura|anchura|profundidad)|" +
        "à quelle (?:hauteur|profondeur|distance)",
    ),
    shows: [
      unit(
        "km²?|m²?|cm|mm|µm|nm|pm|Å|ångströms?|micromet(?:er|re)s?|nanomet(?:er|re)s?|" +
          "millimet(?:er|re)s?|centimet(?:er|re)s?|met(?:er|re)s?|kilomet(?:er|re)s?|miles?|" +
          "feet|foot|ft|inch(?:es)?|yards?|light[- ]years?|astronomical units?|AU|fathoms?|" +
          "stor(?:e?ys?|ies)|floors?|Metern?|Kilometern?|Zentimetern?|Millimetern?|" +
          "Mikrometern?|Nanometern?|Stockwerken?|mètres?|kilomètres?|centimètres?|metros?|" +
          "kilómetros?|centímetros?|metri|chilometri|centimetri|quilómetros?|degrees?|percent|%",
      ),
      word(
        "tall(?:er|est)?|high(?:er|est)?|wid(?:e|er|est|th)|deep(?:er|est)?|depths?|" +
          "thick(?:er|est|ness)?|far(?:ther|thest)?|height|distance|hoch|höher|höchste[nr]?|" +
          "Höhe|breit|Breite|tief|Tiefe|dick|Dicke|weit|Entfernung|hauteur|largeur|profondeur|" +
          "distance|altura|anchura|profundidad|distancia|altezza|larghezza|profondità|distanza|" +
          "hoogte|breedte|diepte|afstand",
      ),
    ],
  },
  {
    asks: word(
      "how (?:hot|cold|warm)|wie (?:heiß|kalt|warm)|hoe (?:heet|koud|warm)|" +
        "à quelle température|a qué temperatura|a quale temperatura",
    ),
    shows: [
      /°|\bdegrees?\b|\bkelvin\b|\bcelsius\b|\bfahrenheit\b|\bGrad\b|\bdegrés?\b|\bgrados?\b|\bgradi\b|\bgraden\b|\d\s?K\b/iu,
      word(
        "temperatur\\p{L}*|température\\p{L}*|hot(?:ter|test)?|cold(?:er|est)?|" +
          "warm(?:er|est)?|heiß\\p{L}*|kalt\\p{L}*|kälter|wärmer",
      ),
    ],
  },
  {
    asks: word("how fast|how quickly|wie schnell|à quelle vitesse|a qué velocidad|hoe snel"),
    shows: [
      unit(
        "per|a|an|each|every|km/h|m/s|mph|knots?|times|pro|in der|par|por|al|per|keer|" +
          "seconds?|minutes?|hours?|days?|weeks?|months?|years?|Sekunden?|Minuten?|Stunden?|" +
          "Tagen?|Jahren?|secondes?|heures?|jours?",
      ),
      word(
        "speeds?|velocit(?:y|ies)|fast(?:er|est)?|quick(?:ly|er|est)?|rapid(?:ly)?|" +
          "slow(?:ly|er|est)?|rates?|instant(?:ly)?|immediate(?:ly)?|gradual(?:ly)?|" +
          "schnell\\p{L}*|langsam\\p{L}*|Geschwindigkeit|vitesse|rapidement|lentement|" +
          "velocidad|rápid\\p{L}*|lent\\p{L}*|velocità|snel\\p{L}*|langzaam|snelheid",
      ),
    ],
  },
  {
    asks: word(
      "how long|wie lange?|combien de temps|cuánto tiempo|cuánto dur(?:a|ó)|quanto (?:tempo|dura|durò|durou)|" +
        "hoe lang",
    ),
    shows: [
      unit(
        "ms|s|sec|min|h|secs?|mins?|hrs?|yrs?|(?:milli|micro|nano)?seconds?|minutes?|hours?|days?|nights?|weeks?|" +
          "weekends?|fortnights?|months?|years?|decades?|centur(?:y|ies)|millennia|generations?|semesters?|" +
          "terms?|pages?|words?|" +
          "km|m|cm|mm|µm|nm|ft|feet|foot|inch(?:es)?|yards?|miles?|met(?:er|re)s?|kilomet(?:er|re)s?|" +
          "centimet(?:er|re)s?|" +
          "millimet(?:er|re)s?|Sekunden?|Minuten?|Stunden?|Tagen?|Wochen?|Monaten?|Jahren?|Jahrzehnten?|" +
          "Jahrhunderten?|" +
          "Metern?|Kilometern?|Zentimetern?|Millimetern?|Seiten|secondes?|heures?|jours?|semaines?|mois|ans?|" +
          "années?|" +
          "siècles?|mètres?|kilomètres?|segundos?|minutos?|horas?|días?|semanas?|mes(?:es)?|años?|siglos?|" +
          "metros?|" +
          "kilómetros?|secondi|minuti|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|secol[oi]|metri|" +
          "chilometri|seconden|" +
          "minuten|uur|uren|dagen|weken|maand(?:en)?|jaar|jaren|eeuw(?:en)?|dias?|anos?|quilómetros?|quilômetros?",
      ),
      /(?<!\d)(?:1\d{3}|20\d{2})(?!\d)/u,
      word(
        "long(?:er|est)?|lengths?|lasts?|lasted|lasting|durations?|until|forever|indefinite(?:ly)?|" +
          "permanent(?:ly)?|brief(?:ly)?|" +
          "since|lang(?:e|er)?|länger|Länge|dauer\\p{L}*|bis|ewig|longue?s?|longueur|dur[aeéo]\\p{L}*|" +
          "jusqu\\p{L}*|larg[oa]s?|" +
          "longitud|hasta|lung[oah]\\p{L}*|fino|lengte|duur\\p{L}*|tot|comprid\\p{L}+|até",
      ),
    ],
  },
  {
    asks: word("how old|wie alt|quel âge|qué edad|cuántos años tiene|quanti anni ha|hoe oud"),
    shows: [
      unit(
        "years?|months?|weeks?|days?|centur(?:y|ies)|millennia|old|ago|aged?|Jahren?|" +
          "Monaten?|Wochen?|Tagen?|Jahrhunderten?|alt|ans?|mois|siècles?|años?|meses|siglos?|" +
          "anni|mesi|secoli|jaar|maanden|eeuwen|anos|séculos",
      ),
      // A year tells the age of what began in it.
      /(?<!\p{L})(?:built|founded|established|born|constructed|erected|dat(?:es?|ed|ing)|since|created|completed|opened|gegründet|erbaut|geboren|seit|née?|fondée?|construit|naci[oó]|fundad[oa]|nat[oa]|fondat[oa]|gebouwd|geboren|opgericht|nasceu)(?!\p{L})[^]*(?<!\d)(?:1\d{3}|20\d{2})(?!\d)/iu,
      word(
        "old(?:er|est)?|age[ds]?|young(?:er|est)?|alt|älter|älteste[nr]?|Alter|âgée?s?|edad|età|oud|ouder",
      ),
    ],
  },
  {
    asks: word(
      "how (?:expensive|cheap)|how much (?:does|do|did) .{1,60}? cost|wie (?:teuer|billig)|" +
        "wie viel kostet|combien coûte|cuánto cuesta|quanto costa|hoe duur|quanto custa",
    ),
    shows: [
      /[$€£¥]|\b(?:dollars?|euros?|pounds?|cents?|francs?|yen|USD|EUR)\b/iu,
      word(
        "costs?|prices?d?|expensive|cheap(?:er|est)?|free|kost\\p{L}+|Preise?|teuer|billig|" +
          "coût\\p{L}*|prix|gratuite?s?|cuesta[n]?|precios?|gratis|cost[ao]\\p{L}*|prezz[oi]|" +
          "prijs|kosten",
      ),
    ],
  },
];

/** Undefined for a question that asks for no measure. */
export function measureAskedFor(question: string): ((sentence: string) => boolean) | undefined {
  const measure = MEASURES.find(({ asks }) => asks.test(question));
  return measure && ((sentence) => measure.shows.some((shows) => shows.test(sentence)));
}
