/** Words of a text for comparing, and those that say nothing of its subject. */

// What carries no subject, in writing and (for lectures) in speech.
const STOP: Record<string, string> = {
  en: `a about above actually after again against ago ah all almost along already also although always am among an and
    another any anybody anyone anything anyway are aren't around as at away back basically be became because become
    been before began begin being below between both but by came can can't cannot certain certainly come comes coming
    could couldn't course did didn't different do does doesn't doing don't done down during each either else end
    enough especially essentially et etc even ever every everybody everyone everything example exactly fact far few
    fine first five for four from further gave get gets getting give given gives go goes going gonna good got great
    guess guy guys had hadn't happen happened happens has hasn't have haven't having he her here hers herself hey him
    himself his how however i i'd i'll i'm i've if imagine important in indeed instead interesting into is isn't it
    it's its itself just keep kind kinds know known last later least less let let's like likely little long look
    looked looking looks lot lots made mainly make makes making many matter may maybe me mean means might mind mine
    more most mostly much must my myself need needs never new next nice no nobody none nor not nothing now obviously
    of off often oh ok okay old on once one ones only or order other others our ours ourselves out over own part
    particular people perhaps piece place please point possible pretty probably put question quite rather really
    reason right said same saw say saying says second see seen seem seems several shall she should shouldn't show
    shown side similar simply since six so some somebody somehow someone something sometimes somewhat somewhere soon
    sort sorts start started still stuff such sure take taken takes taking talk talked talking tell ten than thank
    thanks that that's the their theirs them themselves then there there's therefore these they they're thing things
    think thinking third this those though thought three through thus time times to today together told too took
    toward towards tried try trying turn turns two type types typically uh um under understand until up upon us use
    used uses using usually various very want wanted wants was wasn't way ways we we'll we're we've well went were
    weren't what what's whatever when where whether which while who whole whom whose why will with within without
    won't word words work would wouldn't yeah year years yes yet you you'll you're you've your yours yourself
    yourselves zero called bit half able across actual ask asked asks bad big bunch care case cases close clear
    correct day days easy email exam explain face five free full general hand hard head hear heard help here's high
    hour hours idea ideas inside into issue lecture left life line low man men minute minutes moment month morning
    move name near per wanna cool couple non pages hey kid kids tend tends hopefully remember highlight number numbers
    open paper picture play problem problems rest run running sense seven eight nine set short simple small slide
    slides sometimes special state stop story talk term terms test top true twenty wait week weeks welcome wrong video
    write writing written read reading chapter section figure page homework class student students professor sir`,
  de: `aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei
    beim bin bis bist da dabei dadurch dafür daher damit danach dann daran darauf daraus darf darin darüber das dass
    dazu dein deine dem den denen denn der deren des deshalb dessen die dies diese diesem diesen dieser dieses doch
    dort du durch eben ein eine einem einen einer eines einfach einige er es etwa etwas euch euer für gab ganz gar
    geben gegen gehen geht genau gern gibt gut hab habe haben hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre
    ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jetzt kann kein keine keinem keinen keiner
    können könnte lassen machen macht mal man manche mehr mein meine mich mir mit muss müssen nach nicht nichts noch
    nun nur ob oben oder ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sogar soll
    sollte sondern sonst um und uns unser unter viel viele vielen vom von vor war waren warum was weg weil weiter
    welche welchem welchen welcher wenn wer werde werden wie wieder will wir wird wo wollen worden wurde wurden zu zum
    zur zwar zwei drei zwischen über zunächst beispiel heute sagen sagt jeweils wichtig hierbei dazu teil teile`,
  fr: `à ai ainsi alors au aucun aussi autre autres aux avait avant avec avoir beaucoup bien c'est ça car ce ceci cela
    celle celles celui ces cet cette ceux chaque chez comme comment d'un d'une dans de depuis des deux donc dont du
    elle elles en encore entre est et étaient était été être eu fait faire fois font il ils je l'on la là le les leur
    leurs lui ma mais me même mes moi moins mon ne ni nos notre nous on ont ou où par parce pas peu peut plus pour
    pourquoi pouvait puis qu'il qu'on quand que quel quelle quelles quels qui quoi sa sans se ses si son sont sous sur
    ta te tes toi ton tous tout toute toutes très trop tu un une vers voilà vos votre vous y trois exemple`,
  es: `a al algo algunas algunos ante antes aquí así aún aunque bien cada como con contra cual cuando de del desde
    donde dos durante e el él ella ellas ellos en entonces entre era eran es esa esas ese eso esos esta está estaba
    están estas este esto estos fue fueron gran ha había han hasta hay hoy la las le les lo los más me mi mientras
    mucho muy nada ni no nos nosotros o os otra otras otro otros para parte pero poco por porque pues que qué quien se
    ser si sí sido sin sobre son su sus también tan tanto te tiene tienen toda todas todo todos tras tres tu un una
    uno unos vez y ya yo ejemplo`,
};

const stopWords = new Map(
  Object.entries(STOP).map(([language, words]) => [language, new Set(words.split(/\s+/))]),
);
const everyStopWord = new Set([...stopWords.values()].flatMap((words) => [...words]));

/** `start` and `end` as UTF-16 offsets. */
export interface Word {
  /** As it is written. */
  text: string;
  /** Small letters, without the endings of plurals: for comparing. */
  key: string;
  start: number;
  end: number;
}

const segmenters = new Map<string, Intl.Segmenter>();

/** Words with their UTF-16 offsets, in any script (Intl.Segmenter). */
export function wordsOf(text: string, language?: string | null): Word[] {
  const locale = baseLanguage(language) ?? "en";
  let segmenter = segmenters.get(locale);
  if (!segmenter)
    segmenters.set(locale, (segmenter = new Intl.Segmenter(locale, { granularity: "word" })));
  const words: Word[] = [];
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    const before = words.at(-1);
    // `light-dependent` and `3.5` are one word each.
    if (isWordLike && before && index === before.end + 1 && text[before.end] === "-") {
      before.text = text.slice(before.start, index + segment.length);
      before.end = index + segment.length;
      before.key = keyOf(before.text);
    } else if (isWordLike)
      words.push({
        text: segment,
        key: keyOf(segment),
        start: index,
        end: index + segment.length,
      });
  }
  return words;
}

export function keyOf(word: string) {
  const low = word.normalize("NFKC").toLowerCase().replaceAll("’", "'").replace(/'s$/, "");
  if (/^\p{Script=Latin}{5,}$/u.test(low)) {
    if (low.endsWith("ies")) return `${low.slice(0, -3)}y`;
    if (/(?:ss|sh|ch|x|z)es$/.test(low)) return low.slice(0, -2);
  }
  if (/^[\p{Script=Latin}-]{4,}$/u.test(low) && /[^su]s$/.test(low) && !low.endsWith("is"))
    return low.slice(0, -1);
  return low;
}

export function isStopWord(word: string, language?: string | null) {
  const low = word.toLowerCase().replaceAll("’", "'");
  const base = baseLanguage(language);
  const words = (base && stopWords.get(base)) || everyStopWord;
  return words.has(low) || (low.length === 1 && !/\p{Script=Han}/u.test(low));
}

/** Keys of the words that say something. */
export function contentKeys(text: string, language?: string | null): string[] {
  return wordsOf(text, language)
    .filter(({ text: word }) => !isStopWord(word, language))
    .map(({ key }) => key);
}

function baseLanguage(language: string | null | undefined) {
  const base = (language ?? "").toLowerCase().split(/[-_]/)[0];
  return base && /^[a-z]{2,3}$/.test(base) ? base : undefined;
}
