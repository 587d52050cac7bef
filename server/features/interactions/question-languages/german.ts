import { first, set, word, type QuestionLanguage } from "../question-words.ts";

export const GERMAN: QuestionLanguage = {
  kinds: [
    [
      "greeting",
      first(
        "(?:hallo|hi|hey|guten (?:tag|morgen|abend)|servus|moin|danke|vielen dank|tschüss)[^\\p{L}]*$",
      ),
    ],
    [
      "summary",
      word(
        "fasse?|zusammenfassen|zusammenfassung|überblick|das wichtigste|hauptpunkte|kernaussagen|" +
          "worum geht es in",
      ),
    ],
    [
      "comparison",
      word(
        "unterschied|unterschiede|unterscheidet|unterscheiden|vergleich|vergleiche|vergleichen|gemeinsam",
      ),
    ],
    [
      "number",
      word(
        "wie ?viele?|wie (?:lange?|alt|hoch|groß|schwer|weit|schnell|tief|oft|breit|häufig|" +
          "warm|heiß|kalt|stark)|wieviele?|welche[rsnm]? " +
          "(?:anteil|anzahl|zahl|prozentsatz|temperatur|menge|größe|länge|höhe|geschwindigkeit|" +
          "masse|fläche)",
      ),
    ],
    [
      "time",
      word(
        "wann|seit wann|bis wann|(?:in )?welche[mrns]? " +
          "(?:jahr|jahre|jahrhundert|jahrzehnt|tag|monat|zeit|datum|epoche)",
      ),
    ],
    [
      "place",
      word(
        "wo|woher|wohin|worin|(?:in )?welche[mrns]? (?:land|stadt|ort|region|gegend|kontinent|staat)",
      ),
    ],
    ["person", word("wer|wen|wem|wessen")],
    [
      "reason",
      word(
        "warum|wieso|weshalb|weswegen|wodurch|wozu|was (?:ist|war|sind) " +
          "(?:der grund|die ursache|die gründe|die ursachen)|aus welchem grund",
      ),
    ],
    [
      "list",
      word(
        "nenne|nennen|zähle|aufzählen|liste|welche (?:arten|phasen|stadien|schritte|teile|" +
          "formen|typen|sorten|drei|vier|zwei)|was sind die",
      ),
    ],
    [
      "definition",
      word(
        "erkläre?|erklär mir|beschreibe?|definiere|definition|" +
          "was (?:ist|sind|war|waren) (?:(?:ein|eine|einen|der|die|das|dem) " +
          ")?[\\p{L}\\p{N}-]+(?: [\\p{L}\\p{N}-]+)?[?!.… ]*$|was (?:bedeutet|heißt|meint)|" +
          "was versteht man unter|bedeutung von",
      ),
    ],
    ["manner", word("wie|auf welche weise|womit|wodurch")],
    [
      "yes-no",
      first(
        "ist|sind|war|waren|hat|haben|hatte|hatten|kann|können|konnte|wird|werden|wurde|" +
          "gibt es|darf|dürfen|muss|müssen|soll|sollen",
      ),
    ],
  ],
  empty: set(
    "tut tun tat taten davon dazu dabei darin daran darauf daraus dafür dagegen danach " +
      "dadurch damit der die das den dem des ein eine einen einem einer eines und oder aber " +
      "wenn dann als wie ob dass daß so auch nur noch schon sehr mehr nicht kein keine ist " +
      "sind war waren sei sein wird werden wurde wurden worden hat haben hatte hatten kann " +
      "können konnte muss müssen soll sollen darf dürfen mag will zu zum zur in im ins an am " +
      "auf aus bei beim mit nach von vom vor für über unter um durch gegen ohne seit bis " +
      "zwischen er sie es ihm ihn ihr ihre ihren ihrer ihres seine seinen seiner seines dies " +
      "diese dieser dieses diesen jene man wir uns ich mir mich mein meine du dich dir dein " +
      "deine euch sich selbst wer wen wem wessen was wann wo woher wohin worin warum wieso " +
      "weshalb weswegen wodurch womit wozu welche welcher welches welchen welchem wieviel " +
      "wieviele viele viel alle jede jeder jedes einige manche bitte erkläre erklär erklären " +
      "beschreibe beschreib beschreiben nenne nennen zähle auf sag sage zeige definiere " +
      "definition bedeutet bedeutung heißt heißen versteht genau eigentlich laut meine meinen " +
      "notizen notiz unterlagen vorlesung vorlesungen folie folien aufnahme da hier dort denn " +
      "doch mal gibt gib hallo danke durfte durften sollte sollten musste mussten",
  ),
  light: set(
    "art arten typ form weise ding beispiel genannt nennt heißen bekannt gemacht macht " +
      "machen findet stattfindet statt geschieht passiert passierte ereignete jahr jahre " +
      "jahrhundert zeit tag datum monat zahl anzahl menge person menschen leute gruppe teil " +
      "teile groß lang hoch alt weit name namen grund gründe ursache ursachen ergebnis rolle " +
      "aufgabe unterschied unterschiede vergleich land ort stadt liegt befindet steht schwer " +
      "schnell warm heiß kalt breit tief einheit formel funktioniert funktionieren",
  ),
};
