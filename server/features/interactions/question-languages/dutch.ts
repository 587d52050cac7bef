import { first, set, word, type QuestionLanguage } from "../question-words.ts";

export const DUTCH: QuestionLanguage = {
  kinds: [
    [
      "greeting",
      first(
        "(?:hallo|hoi|hey|hi|goedemorgen|goedemiddag|goedenavond|dag|dank je|bedankt|dankjewel|doei)[^\\p{L}]*$",
      ),
    ],
    ["summary", word("vat .* samen|samenvatten|samenvatting|overzicht|hoofdpunten|kernpunten")],
    [
      "comparison",
      word("verschil|verschillen|verschilt|vergelijk|vergelijken|vergelijking|gemeen|onderscheid"),
    ],
    [
      "number",
      word(
        "hoeveel|hoe (?:lang|oud|groot|hoog|zwaar|ver|snel|diep|vaak|breed|warm|heet|koud|" +
          "sterk)|welk(?:e)? (?:percentage|aantal|hoeveelheid|temperatuur|aandeel|leeftijd|" +
          "snelheid|lengte|grootte)|wat is (?:het aantal|het percentage|de temperatuur|" +
          "de lengte|de snelheid)",
      ),
    ],
    [
      "time",
      word(
        "wanneer|(?:in )?welk(?:e)? (?:jaar|eeuw|datum|dag|maand|periode|tijd|decennium)|sinds wanneer|tot wanneer",
      ),
    ],
    [
      "place",
      word(
        "waar|waarheen|waarvandaan|(?:in )?welk(?:e)? (?:land|stad|plaats|regio|gebied|continent|deel)",
      ),
    ],
    ["person", word("wie|wiens")],
    [
      "reason",
      word(
        "waarom|waardoor|wat (?:is|zijn|was|waren) de (?:redenen|reden|oorzaak|oorzaken)|om welke reden",
      ),
    ],
    [
      "list",
      word(
        "noem|som .* op|opsommen|lijst|welke (?:soorten|fasen|stappen|delen|typen|twee|drie|vier)|wat zijn de",
      ),
    ],
    [
      "definition",
      word(
        "leg .* uit|beschrijf|verklaar|definieer|definitie|" +
          "wat (?:is|zijn|was|waren) (?:(?:een|de|het) )?[\\p{L}\\p{N}-]+(?: " +
          "[\\p{L}\\p{N}-]+)?[?!.… ]*$|wat (?:betekent|betekenen)|wat houdt .* in|betekenis",
      ),
    ],
    ["manner", word("hoe|op welke (?:manier|wijze)|waarmee")],
    [
      "yes-no",
      first(
        "is|zijn|was|waren|heeft|hebben|had|hadden|kan|kunnen|wordt|worden|werd|mag|moet|moeten|zal",
      ),
    ],
  ],
  empty: set(
    "doet doen deed deden daarvan daarmee ervan erin de het een der den van in op aan bij " +
      "met naar uit door voor over onder tussen tegen zonder om tot te als en of maar want dan " +
      "dat dit deze die er hier daar waar wat wie wiens wanneer waarom waardoor waarmee welk " +
      "welke hoe hoeveel is zijn was waren wordt worden werd werden geworden ben bent heeft " +
      "hebben had hadden kan kunnen kon konden zal zullen zou zouden moet moeten mag mogen " +
      "niet geen nog ook al wel zo zeer heel meer minder veel vele alle elk elke ander andere " +
      "sommige zelf hij zij ze hem haar hun hen ik mij me mijn jij je jou jouw u uw wij we ons " +
      "onze zich noem leg uit beschrijf verklaar geef toon zeg definieer definitie betekent " +
      "betekenis betekenen houdt som vat samen alsjeblieft graag notities aantekeningen " +
      "college les dia document precies eigenlijk volgens hallo dank bedankt leggen",
  ),
  light: set(
    "soort soorten type vorm manier ding voorbeeld genoemd noemt bekend gebruikt gebruikte " +
      "gebruik maakt gemaakt plaats plaatsvindt vindt gebeurt gebeurde jaar jaren eeuw datum " +
      "dag maand tijd aantal hoeveelheid persoon mensen groep deel delen groot lang hoog oud " +
      "ver land stad naam oorzaak oorzaken reden redenen gevolg rol functie verschil " +
      "verschillen ligt bevindt",
  ),
};
