/**
 * Sentences that claim to rest on the student's materials: "According to your lecture (5, page 3)", "laut deinen
 * Folien", "as your notes say on page 2", "at 12:34 in the recording", "你的讲义第 3 页". Without a quotation such a claim
 * is only a claim.
 */

/** A place in a source: whatever else the sentence says, it points there. */
const PLACES = [
  /(?<!\p{L})(?:(?:slides?|pages?|pp?\.|lectures?|transcripts?|recordings?) ?(?:no\. ?|number |#)?\d{1,4}|(?:in|on|from|see) (?:your )?(?:chapter|section) \d+)(?!\p{L})/iu,
  /(?<!\p{L})(?:Seiten?|Folien?|Vorlesung(?:en)?|Aufnahme|S\.|(?:in|aus|siehe) Kapitel) ?(?:Nr\. ?)?\d{1,4}(?!\p{L})/u,
  /(?<!\p{L})(?:pages?|diapos?(?:itives?)?|diapositivas?|transparents?|cours n°|páginas?|págs?\.|pagina's|pagin[ae]|slides?|lez(?:ione)?|clase n\.º|college) ?(?:n[°º.]? ?)?\d{1,4}(?!\p{L})/iu,
  /第 ?[\d一二三四五六七八九十百]{1,9} ?(?:页|頁|张|張|讲|講|节课|章)|(?:スライド|講義|ページ) ?\d+|\d{1,4} ?(?:ページ|枚目)|(?:슬라이드|강의) ?\d+|\d{1,4} ?(?:쪽|페이지)/u,
  // A time of the clock is a place beside what was recorded, or alone in brackets.
  /[[(]\d{1,2}:\d{2}(?::\d{2})?[\])]/,
  /\d{1,2}:\d{2}(?::\d{2})?[^.!?。]{0,40}(?:lecture|recording|video|class|Vorlesung|Aufnahme|Aufzeichnung|cours|enregistrement|clase|grabación|lezione|registrazione|college|opname|aula|gravação|讲座|录音|課|录像|講義|강의|녹음)/iu,
  /(?:lecture|recording|video|Vorlesung|Aufnahme|Aufzeichnung|enregistrement|cours|grabación|clase|registrazione|lezione|opname|gravação|aula|讲座|录音|録音|講義|강의|녹음)[^.!?。]{0,40}\d{1,2}:\d{2}/iu,
];

const EN =
  "(?:lectures?|lecturer|slides?|notes?|materials?|recordings?|transcripts?|documents?|handouts?|readings?)";
const EN_SAYS =
  "(?:says?|states?|said|mentions?|mentioned|explains?|explained|shows?|notes|describes?|described|defines?|lists?|" +
  "discuss(?:es)?|points? out|gives?|calls?|argues?|teach(?:es)?|writes?|confirms?|according)";
const DE =
  "(?:Vorlesung(?:en|sfolien|sskript)?|Folien?(?:satz)?|Notiz(?:en)?|Unterlagen|Skript(?:s|um)?|Aufnahmen?|Aufzeichnung(?:en)?|" +
  "Mitschrift(?:en)?|Dokument(?:e|en)?|Material(?:ien)?|Transkript)";
const FR =
  "(?:cours|notes?|diapos?(?:itives?)?|documents?|enregistrements?|polycopiés?|transcriptions?|supports?)";
const ES =
  "(?:apuntes|clases?|notas|diapositivas?|documentos?|grabación|grabaciones|materiales|transcripción)";
const IT = "(?:lezion[ei]|appunti|slide|diapositive|documenti|registrazion[ei]|dispense|materiali)";
const NL = "(?:colleges?|aantekeningen|notities|dia's|dia’s|slides|opnames?|documenten|materiaal)";
const PT = "(?:aulas?|apontamentos|anotações|notas|slides|documentos|gravaç(?:ão|ões)|materiais)";

/** A source named as who says it. */
const SOURCES = [
  `(?:according to|as stated in|as mentioned in|as shown in|as (?:per|in)|your) (?:the |your |own |this )*${EN}`,
  `(?:in|on|from) (?:your|the|this) (?:own )?${EN}`,
  `(?:the|this) ${EN}(?: \\p{L}+ly| also)? ${EN_SAYS}`,
  `(?:laut|gemäß) (?:\\p{L}+ )?${DE}`,
  `(?:dein|euer|eu|ihr|mein)(?:e|en|em|er|es)? ${DE}`,
  `(?:in|auf|aus|wie) (?:der|den|dem) ${DE}`,
  `(?:selon|d['’]après|dans|sur|comme) (?:ton|ta|tes|votre|vos|le|la|les|l['’]) ?${FR}(?! d[eu])`,
  `(?:ton|ta|tes|votre|vos) ${FR}`,
  `(?:según|de acuerdo con) (?:tus?|sus?|la|el|los|las) ${ES}`,
  `(?:tus?|sus?) ${ES}`,
  `en (?:la|el|los|las) (?:apuntes|diapositivas?|grabación|notas)`,
  `(?:secondo|come da|in|nell[aeo]|nei|negli|sulle) ?(?:(?:i|le|la|gli) )?(?:(?:tuoi|tue|tua|tuo) )?${IT}`,
  `(?:volgens|in|op) (?:je|jouw|de|het|uw) ${NL}`,
  `(?:segundo|de acordo com|conforme|n[oa]s?) (?:as? |os? )?(?:(?:tuas?|suas?|seus?|teus?) )?${PT}`,
].map((pattern) => new RegExp(`(?<!\\p{L})${pattern}(?!\\p{L})`, "iu"));
const SOURCES_OF_OTHER_LETTERS =
  /(?:根据|依据|按照|正如|你的|您的|课程|课堂)[^。！？]{0,8}(?:讲义|课件|幻灯片|笔记|录音|资料|材料|讲座)|(?:讲义|课件|幻灯片|笔记|录音|讲座)(?:中|里|上)?(?:说|写|提到|指出|显示|介绍)|(?:講義|スライド|ノート|資料|録音)(?:では|によると|によれば|に(?:書|は|ある))|(?:강의|슬라이드|노트|자료|필기|녹음)(?:에 따르면|에서|에 의하면)/u;

/** That the materials do not say something claims nothing of them. */
const DENIES =
  /(?<!\p{L})(?:not|no|nothing|never|neither|nor|without|cannot|\p{L}+n['’]t|nicht|nichts|kein\p{L}*|weder|ne|n['’]\p{L}+|pas|rien|aucune?|nada|ningun[oa]?|non|nulla|niente|nessun\p{L}*|niet|niets|geen|não)(?!\p{L})|没有|沒有|未|並不|并不|不包含|ない|ません|없|않/iu;

/** @param sentence of an answer, without a quotation */
export function claimsSource(sentence: string) {
  if (PLACES.some((place) => place.test(sentence))) return true;
  const names =
    SOURCES.some((source) => source.test(sentence)) || SOURCES_OF_OTHER_LETTERS.test(sentence);
  return names && !DENIES.test(sentence);
}
