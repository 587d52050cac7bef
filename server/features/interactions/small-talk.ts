/** What is said to the tutor and asks the materials nothing: greetings, thanks, and what the tutor can do. */

export type SmallTalk = "greeting" | "thanks" | "help";

/** Characters: what is longer asks something, and 22 patterns need not look at it. */
const LONGEST = 60;

/** The whole message, besides marks. */
const whole = (words: string) => new RegExp(`^[^\\p{L}\\p{N}]*(?:${words})[^\\p{L}\\p{N}]*$`, "iu");

const SAID: [language: string, kind: SmallTalk, pattern: RegExp][] = [
  [
    "en",
    "thanks",
    whole(
      "(?:ok(?:ay)?|great|perfect|nice|cool|awesome|got it|i see|understood|good)?[ ,!.]*" +
        "(?:thanks?(?: you)?|thx|cheers|many thanks)?(?: a lot| so much| very much)?[ ,!.]*" +
        "(?:bye|goodbye|see you|that (?:helps|helped)|that was helpful|great|perfect)?",
    ),
  ],
  [
    "en",
    "help",
    whole(
      "help(?: me)?|(?:what|how much) can you do(?: for me)?|what are you|who are you|what do you do|" +
        "how do you work|" +
        "how (?:do|can) (?:i|we) (?:use (?:this|you)|(?:add|upload|record|import|create|make|write|delete|find) " +
        "(?:an?|my|some|new|the)?\\s?(?:new )?(?:notes?|recordings?|lectures?|documents?|files?|slides?|" +
        "materials?|" +
        "pdfs?|quiz(?:zes)?|tests?|cards?|flash ?cards?|summar(?:y|ies)))|" +
        "(?:please )?(?:make|give|create|write|generate)(?: me)? (?:an?|some) (?:quiz|test|exam|" +
        "flash ?cards?|cards)|" +
        "(?:quiz|test) me",
    ),
  ],
  [
    "de",
    "thanks",
    whole(
      "(?:ok(?:ay)?|super|gut|prima|perfekt|toll)?[ ,!.]*(?:danke(?: schön| sehr| dir)?|vielen dank)",
    ),
  ],
  [
    "de",
    "help",
    whole(
      "hilfe|hilf mir|was kannst du(?: alles| tun| machen)*|wer bist du|was bist du|wie funktioniert (?:das|" +
        "das hier)|" +
        "wie (?:kann|füge|lade|erstelle|mache|nehme) ich (?:eine?n? )?(?:neue )?" +
        "(?:notiz|aufnahme|vorlesung|dokument|datei|quiz|karteikarten?)(?: \\p{L}+)*|" +
        "(?:mach|erstelle|gib)(?: mir)? (?:ein|einen|eine) (?:quiz|test)|frag mich ab",
    ),
  ],
  [
    "fr",
    "thanks",
    whole("(?:ok|super|parfait|d['’]accord)?[ ,!.]*merci(?: beaucoup| bien| à toi)?"),
  ],
  [
    "fr",
    "help",
    whole("aide(?:[- ]moi)?|au secours|que (?:peux-tu|sais-tu) faire|qui es-tu|comment ça marche"),
  ],
  [
    "es",
    "thanks",
    whole("(?:ok|vale|genial|perfecto)?[ ,!.]*(?:muchas |mil )?gracias(?: por \\p{L}+)*"),
  ],
  [
    "es",
    "help",
    whole("ayuda|ayúdame|¿?qué (?:puedes|sabes) hacer|¿?quién eres|¿?cómo funciona(?: esto)?"),
  ],
  ["it", "thanks", whole("(?:ok|perfetto|va bene)?[ ,!.]*grazie(?: mille| tante)?")],
  ["it", "help", whole("aiuto|aiutami|cosa (?:puoi|sai) fare|chi sei|come funziona")],
  [
    "nl",
    "thanks",
    whole("(?:ok|oké|top|prima)?[ ,!.]*(?:dank (?:je|u)(?: wel)?|dankjewel|bedankt|dankuwel)"),
  ],
  ["nl", "help", whole("help|wat kun je(?: doen)?|wie ben je|hoe werkt (?:dit|het)")],
  ["pt", "thanks", whole("(?:ok|certo|perfeito)?[ ,!.]*(?:muito )?obrigad[oa]")],
  [
    "pt",
    "help",
    whole("ajuda|ajude-me|o que (?:podes|você pode|sabes) fazer|quem (?:és|é você)|como funciona"),
  ],
  [
    "ru",
    "greeting",
    whole("привет|здравствуй(?:те)?|добрый (?:день|вечер)|доброе утро|пока|до свидания"),
  ],
  ["ru", "thanks", whole("(?:большое )?спасибо(?: большое)?|благодарю")],
  ["ru", "help", whole("помощь|помоги(?:те)?|что ты умеешь|кто ты|как это работает")],
  ["zh", "greeting", whole("你好|您好|嗨|早上好|下午好|晚上好|再见|拜拜")],
  ["zh", "thanks", whole("谢谢(?:你|您)?|多谢|感谢|非常感谢")],
  [
    "zh",
    "help",
    whole("帮助|你能做什么|你会做什么|你是谁|怎么用|怎么(?:添加|上传|新建)(?:笔记|录音|文件|资料)"),
  ],
];

/** Undefined for a message that may ask something. */
export function smallTalkIn(text: string): { kind: SmallTalk; language: string } | undefined {
  // "?" says nothing at all.
  if (!/[\p{L}\p{N}]/u.test(text)) return { kind: "help", language: "en" };
  if (text.length > LONGEST) return undefined;
  const said = SAID.find(([, , pattern]) => pattern.test(text));
  return said && { language: said[0], kind: said[1] };
}
