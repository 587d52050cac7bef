/** What the tutor says of itself, in the language of the question; English where there is no translation. */
type Key =
  | "empty"
  | "nothing"
  | "general"
  | "greeting"
  | "thanks"
  | "help"
  | "disagree"
  | "otherLanguage"
  | "writtenIn"
  | "summary"
  | "noSource"
  | "cutShort"
  | "filtered";

const SENTENCES: Record<string, Record<Key, string>> = {
  en: {
    empty: "There is nothing to look in yet. Add a recording, a note or a document, and ask again.",
    nothing:
      "Your materials do not say anything about this. You can ask in other words, or add a " +
      "recording or a document about it.",
    general: "Your materials do not say anything about this. What follows is general knowledge.",
    greeting:
      "Hello! Ask me something about your materials: I look for the sentences that answer it " +
      "and show where they stand.",
    thanks: "You are welcome. Ask on whenever you like.",
    help:
      "I answer from your own recordings, notes and documents, with the sentences that say it: ask who, " +
      "when, where, why, how many, what something is, or for the difference between two things; " +
      "“Summarise” and a title gives the main sentences of it. New recordings, notes and documents are " +
      "added in the library; cards and quizzes are made on the page of each.",
    disagree: "Your materials do not agree here:",
    otherLanguage: "Your materials say this in another language ({languages}):",
    writtenIn: "Your materials are written in {languages}: words are found in that language only.",
    summary: "The sentences that say most in “{title}”, in their order:",
    noSource: "There is no material of that name. Name a recording or a document as it is titled.",
    cutShort: "The answer ends here because it reached its greatest length. Ask for the rest.",
    filtered: "The provider of the language model did not let it write more.",
  },
  de: {
    empty:
      "Es gibt noch nichts, worin ich suchen könnte. Füge eine Aufnahme, eine Notiz oder ein " +
      "Dokument hinzu und frage noch einmal.",
    nothing:
      "Deine Unterlagen sagen darüber nichts. Du kannst mit anderen Worten fragen oder eine " +
      "Aufnahme oder ein Dokument dazu hinzufügen.",
    general: "Deine Unterlagen sagen darüber nichts. Was folgt, ist Allgemeinwissen.",
    greeting:
      "Hallo! Frage mich etwas über deine Unterlagen: Ich suche die Sätze, die antworten, und zeige, wo " +
      "sie stehen.",
    thanks: "Gern geschehen. Frage einfach weiter.",
    help:
      "Ich antworte aus deinen eigenen Aufnahmen, Notizen und Dokumenten, mit den Sätzen, die es sagen: " +
      "Frage wer, wann, wo, warum, wie viele, was etwas ist oder worin sich zwei Dinge unterscheiden; " +
      "„Fasse zusammen“ und ein Titel gibt die wichtigsten Sätze daraus. Neue Aufnahmen, Notizen und " +
      "Dokumente kommen in der Bibliothek hinzu; Karten und Quizze macht man auf deren Seite.",
    disagree: "Deine Unterlagen sind sich hier nicht einig:",
    otherLanguage: "Deine Unterlagen sagen das in einer anderen Sprache ({languages}):",
    writtenIn:
      "Deine Unterlagen sind auf {languages} geschrieben: Wörter werden nur in dieser Sprache gefunden.",
    summary: "Die Sätze, die in „{title}“ am meisten sagen, in ihrer Reihenfolge:",
    noSource:
      "Es gibt keine Unterlage dieses Namens. Nenne eine Aufnahme oder ein Dokument so, wie es heißt.",
    cutShort:
      "Die Antwort endet hier, weil sie ihre größte Länge erreicht hat. Frage nach dem Rest.",
    filtered: "Der Anbieter des Sprachmodells hat es nicht mehr schreiben lassen.",
  },
  fr: {
    empty:
      "Il n’y a encore rien où chercher. Ajoute un enregistrement, une note ou un document, puis repose " +
      "la question.",
    nothing:
      "Tes documents n’en disent rien. Tu peux demander avec d’autres mots, ou ajouter un " +
      "enregistrement ou un document à ce sujet.",
    general: "Tes documents n’en disent rien. Ce qui suit relève de connaissances générales.",
    greeting:
      "Bonjour ! Pose-moi une question sur tes documents : je cherche les phrases qui y " +
      "répondent et je montre où elles se trouvent.",
    thanks: "Avec plaisir. Pose d’autres questions quand tu veux.",
    help:
      "Je réponds avec les phrases de tes propres enregistrements, notes et documents : demande qui, " +
      "quand, où, pourquoi, combien, ce qu’est une chose ou la différence entre deux ; « Résume » et un " +
      "titre donne ses phrases principales.",
    disagree: "Tes documents ne sont pas d’accord :",
    otherLanguage: "Tes documents le disent dans une autre langue ({languages}) :",
    writtenIn:
      "Tes documents sont écrits en {languages} : les mots ne sont trouvés que dans cette langue.",
    summary: "Les phrases qui en disent le plus dans « {title} », dans leur ordre :",
    noSource:
      "Il n’y a pas de document de ce nom. Nomme un enregistrement ou un document par son titre.",
    cutShort: "La réponse s’arrête ici, car elle a atteint sa longueur maximale. Demande la suite.",
    filtered: "Le fournisseur du modèle de langage ne l’a pas laissé en écrire plus.",
  },
  es: {
    empty:
      "Todavía no hay nada donde buscar. Añade una grabación, una nota o un documento y pregunta otra vez.",
    nothing:
      "Tus materiales no dicen nada sobre esto. Puedes preguntar con otras palabras o añadir " +
      "una grabación o un documento sobre ello.",
    general: "Tus materiales no dicen nada sobre esto. Lo que sigue es conocimiento general.",
    greeting:
      "¡Hola! Pregúntame algo sobre tus materiales: busco las frases que lo responden y muestro dónde están.",
    thanks: "De nada. Sigue preguntando cuando quieras.",
    help:
      "Respondo con las frases de tus propias grabaciones, notas y documentos: pregunta quién, cuándo, " +
      "dónde, por qué, cuántos, qué es algo o la diferencia entre dos cosas; «Resume» y un título da sus " +
      "frases principales.",
    disagree: "Tus materiales no coinciden aquí:",
    otherLanguage: "Tus materiales lo dicen en otro idioma ({languages}):",
    writtenIn:
      "Tus materiales están escritos en {languages}: las palabras solo se encuentran en ese idioma.",
    summary: "Las frases que más dicen en «{title}», en su orden:",
    noSource:
      "No hay ningún material con ese nombre. Nombra una grabación o un documento por su título.",
    cutShort: "La respuesta termina aquí porque alcanzó su longitud máxima. Pide el resto.",
    filtered: "El proveedor del modelo de lenguaje no lo dejó escribir más.",
  },
  it: {
    empty:
      "Non c’è ancora nulla in cui cercare. Aggiungi una registrazione, una nota o un documento e chiedi " +
      "di nuovo.",
    nothing:
      "I tuoi materiali non ne parlano. Puoi chiedere con altre parole, oppure aggiungere " +
      "una registrazione o un documento.",
    general: "I tuoi materiali non ne parlano. Quello che segue è conoscenza generale.",
    greeting:
      "Ciao! Chiedimi qualcosa sui tuoi materiali: cerco le frasi che rispondono e mostro dove si trovano.",
    thanks: "Prego. Chiedi ancora quando vuoi.",
    help:
      "Rispondo con le frasi delle tue registrazioni, note e documenti: chiedi chi, quando, dove, " +
      "perché, quanti, che cos’è qualcosa o la differenza tra due cose; «Riassumi» e un titolo ne dà le " +
      "frasi principali.",
    disagree: "Qui i tuoi materiali non concordano:",
    otherLanguage: "I tuoi materiali lo dicono in un’altra lingua ({languages}):",
    writtenIn:
      "I tuoi materiali sono scritti in {languages}: le parole si trovano solo in quella lingua.",
    summary: "Le frasi che dicono di più in «{title}», nel loro ordine:",
    noSource:
      "Non c’è un materiale con questo nome. Indica una registrazione o un documento con il suo titolo.",
    cutShort: "La risposta finisce qui perché ha raggiunto la lunghezza massima. Chiedi il resto.",
    filtered: "Il fornitore del modello linguistico non gli ha lasciato scrivere altro.",
  },
  nl: {
    empty:
      "Er is nog niets om in te zoeken. Voeg een opname, een notitie of een document toe en vraag het " +
      "nog eens.",
    nothing:
      "Je materiaal zegt hier niets over. Vraag het met andere woorden, of voeg er een opname of " +
      "document over toe.",
    general: "Je materiaal zegt hier niets over. Wat volgt is algemene kennis.",
    greeting:
      "Hallo! Vraag me iets over je materiaal: ik zoek de zinnen die antwoord geven en laat zien waar ze " +
      "staan.",
    thanks: "Graag gedaan. Vraag gerust verder.",
    help:
      "Ik antwoord met de zinnen van je eigen opnamen, notities en documenten: vraag wie, wanneer, waar, " +
      "waarom, hoeveel, wat iets is of wat het verschil is; “Vat samen” en een titel geeft de " +
      "belangrijkste zinnen daarvan.",
    disagree: "Je materiaal spreekt zichzelf hier tegen:",
    otherLanguage: "Je materiaal zegt dit in een andere taal ({languages}):",
    writtenIn:
      "Je materiaal is geschreven in het {languages}: woorden worden alleen in die taal gevonden.",
    summary: "De zinnen die het meest zeggen in “{title}”, in hun volgorde:",
    noSource: "Er is geen materiaal met die naam. Noem een opname of document zoals het heet.",
    cutShort:
      "Het antwoord eindigt hier omdat het zijn grootste lengte heeft bereikt. Vraag naar de rest.",
    filtered: "De aanbieder van het taalmodel liet het niet verder schrijven.",
  },
  pt: {
    empty:
      "Ainda não há onde procurar. Adicione uma gravação, uma nota ou um documento e pergunte de novo.",
    nothing:
      "Os seus materiais não dizem nada sobre isto. Pode perguntar com outras palavras ou " +
      "adicionar uma gravação ou um documento sobre o assunto.",
    general: "Os seus materiais não dizem nada sobre isto. O que se segue é conhecimento geral.",
    greeting:
      "Olá! Pergunte algo sobre os seus materiais: procuro as frases que respondem e mostro onde estão.",
    thanks: "De nada. Pergunte mais quando quiser.",
    help:
      "Respondo com as frases das suas gravações, notas e documentos: pergunte quem, quando, onde, " +
      "porquê, quantos, o que é algo ou a diferença entre duas coisas; “Resuma” e um título dá as frases " +
      "principais.",
    disagree: "Os seus materiais não concordam aqui:",
    otherLanguage: "Os seus materiais dizem isto noutra língua ({languages}):",
    writtenIn:
      "Os seus materiais estão escritos em {languages}: as palavras só são encontradas nessa língua.",
    summary: "As frases que dizem mais em “{title}”, na sua ordem:",
    noSource: "Não há material com esse nome. Indique uma gravação ou um documento pelo título.",
    cutShort: "A resposta termina aqui porque atingiu o tamanho máximo. Peça o resto.",
    filtered: "O fornecedor do modelo de linguagem não o deixou escrever mais.",
  },
  zh: {
    empty: "还没有可以查找的内容。请先添加录音、笔记或文档，然后再问一次。",
    nothing: "你的资料里没有提到这一点。可以换一种说法再问，或者添加相关的录音或文档。",
    general: "你的资料里没有提到这一点。以下是一般知识。",
    greeting: "你好！请就你的资料提问：我会找出回答它的句子，并指出它们在哪里。",
    thanks: "不客气，随时可以继续提问。",
    help: "我用你自己的录音、笔记和文档里的句子来回答：可以问是谁、什么时候、在哪里、为什么、有多少、什么是某事物，或两者有什么区别。",
    disagree: "你的资料在这一点上不一致：",
    otherLanguage: "你的资料用另一种语言（{languages}）说到这一点：",
    writtenIn: "你的资料是用{languages}写的：只能用这种语言的词来查找。",
    summary: "“{title}”中最重要的句子，按原文顺序：",
    cutShort: "回答已达到最大长度，到此为止。可以请它继续。",
    filtered: "语言模型的提供方没有让它继续写下去。",
    noSource: "没有叫这个名字的资料。请用录音或文档的标题来称呼它。",
  },
  ru: {
    empty: "Пока негде искать. Добавьте запись, заметку или документ и спросите ещё раз.",
    nothing:
      "В ваших материалах об этом ничего нет. Спросите другими словами или добавьте запись или документ.",
    general: "В ваших материалах об этом ничего нет. Далее следуют общие знания.",
    greeting:
      "Здравствуйте! Спросите что-нибудь о ваших материалах: я найду предложения, которые отвечают, и " +
      "покажу, где они.",
    thanks: "Пожалуйста. Спрашивайте ещё.",
    help:
      "Я отвечаю предложениями из ваших записей, заметок и документов: спросите, кто, когда, где, " +
      "почему, сколько или что это такое.",
    disagree: "Ваши материалы здесь расходятся:",
    otherLanguage: "Ваши материалы говорят об этом на другом языке ({languages}):",
    writtenIn:
      "Ваши материалы написаны на другом языке ({languages}): слова находятся только на нём.",
    summary: "Главные предложения из «{title}», по порядку:",
    cutShort: "Ответ обрывается здесь: он достиг наибольшей длины. Попросите продолжить.",
    filtered: "Поставщик языковой модели не дал ей писать дальше.",
    noSource:
      "Материала с таким названием нет. Назовите запись или документ так, как они называются.",
  },
};

export function tutorSays(
  key: Key,
  language: string | undefined,
  values: Record<string, string> = {},
): string {
  const sentence = (SENTENCES[language ?? "en"] ?? SENTENCES["en"]!)[key];
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

/** Whether this is a sentence of the tutor's own, in whatever language. */
export function saysOfItself(sentence: string) {
  return Object.values(SENTENCES).some((of) =>
    Object.values(of).some((text) => text.includes(sentence)),
  );
}

/** "German, French" in the language of the question. */
export function languageNames(codes: string[], language: string | undefined) {
  const names = new Intl.DisplayNames([language ?? "en", "en"], { type: "language" });
  return codes.map((code) => names.of(code) ?? code).join(", ");
}
