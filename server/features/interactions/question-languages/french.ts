import { first, set, word, type QuestionLanguage } from "../question-words.ts";

export const FRENCH: QuestionLanguage = {
  kinds: [
    [
      "greeting",
      first("(?:bonjour|bonsoir|salut|coucou|merci|au revoir)(?: beaucoup)?[^\\p{L}]*$"),
    ],
    ["summary", word("résume|résumer|résumez|résumé|synthèse|points (?:clés|principaux)")],
    [
      "comparison",
      word(
        "différences?|diffère|diffèrent|compare|comparer|comparez|comparaison|en commun|distingue",
      ),
    ],
    [
      "number",
      word(
        "combien|quel(?:le)?s? (?:est le |est la )?(?:nombre|pourcentage|âge|quantité|taille|" +
          "longueur|hauteur|vitesse|température|proportion|part|distance|masse|prix|population|" +
          "superficie)|à quelle (?:vitesse|température|distance|hauteur)",
      ),
    ],
    [
      "time",
      word(
        "quand|(?:en |à |de )?quel(?:le)?s? (?:année|années|siècle|date|jour|mois|époque|" +
          "période|heure)|depuis quand|jusqu'à quand",
      ),
    ],
    [
      "place",
      word(
        "où|d'où|d’où|dans quel(?:le)?s? (?:pays|ville|lieu|région|endroit|partie)|" +
          "quel(?:le)? (?:pays|ville|lieu|région|endroit|continent)",
      ),
    ],
    [
      "reason",
      word(
        "pourquoi|pour quelles? raisons?|quel(?:le)?s? (?:est|sont) (?:la|les) (?:causes?|raisons?)|à cause de quoi",
      ),
    ],
    [
      "list",
      word(
        "cite|citez|énumère|énumérez|liste|listez|nomme|nommez|quel(?:le)?s sont|quels (?:types|sortes)",
      ),
    ],
    [
      "definition",
      word(
        "explique[zr]?|décri[st]|décrivez|définis|définissez|définir|définition|" +
          "qu['’]est[- ]ce qu(?:e|['’])|c['’]est quoi|que (?:signifie|veut dire|désigne)|" +
          "qu['’]appelle[- ]t[- ]on|signification",
      ),
    ],
    ["person", word("qui|à qui|de qui|par qui")],
    ["manner", word("comment|de quelle (?:manière|façon)")],
    [
      "yes-no",
      first(
        "est[- ]ce qu(?:e|['’].*)|(?:est|sont|était|a|ont|peut|peuvent|doit|y a)[- " +
          "](?:t[- ])?(?:il|elle|ils|elles|on|ce)",
      ),
    ],
  ],
  empty: set(
    "le la les l un une des du de d à au aux en dans par pour sur sous avec sans entre vers " +
      "chez et ou mais donc or ni car si que qu qui quoi dont où quand comment pourquoi " +
      "combien quel quelle quels quelles lequel laquelle est sont était étaient être été a ont " +
      "avait avaient avoir eu fut furent sera seront il elle ils elles on nous vous je j tu me " +
      "m te t se s son sa ses leur leurs mon ma mes ton ta tes notre votre ce cet cette ces " +
      "cela ça c ceci y ne n pas plus moins très aussi même tout tous toute toutes autre " +
      "autres chaque quelque quelques plusieurs afin ainsi comme peut peuvent doit doivent " +
      "fait font faire selon explique expliquer expliquez décris décrire décrivez définis " +
      "définissez définir définition cite citez énumère liste nomme donne donnez dis signifie " +
      "signifier veut dire désigne appelle appeler résume s'il te plaît svp notes cours leçon " +
      "diapositive document bonjour merci qu'est est-ce quoi exactement",
  ),
  light: set(
    "type types sorte sortes forme façon manière chose exemple appelé appelée connu connue " +
      "utilisé utilisée utilise année années siècle date jour mois temps nombre quantité " +
      "personne gens groupe partie parties grand grande long haut lieu endroit pays ville nom " +
      "cause causes raison raisons résultat rôle fonction différence différences passe passé " +
      "produit trouve situe situé lieu unité formule fonctionne fonctionnent lourd rapide déroule",
  ),
};
