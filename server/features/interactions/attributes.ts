/**
 * Questions for one attribute of a thing ("When was Calvin born?", "What is the capital of Peru?"): a sentence that
 * says something else of the same thing comes near and does not answer. Only what speaks of the attribute does.
 */
import { measureAskedFor, word } from "./measures.ts";

interface Attribute {
  asks: RegExp;
  shows: RegExp[];
}

/** "(1643–1727)", "* 1643", "† 1821". */
const LIFE = /\(\s*(?:(?:\*|born|geb\.|né)\s*)?(?:\p{L}+ )?\d{3,4}\s*[–—-]|[*†]\s?\d/u;
const BORN = word(
  "born|birth\\p{L}*|geboren\\p{L}*|geburt\\p{L}*|née?s?|naissance|naquit|naît|naci\\p{L}+|nacimiento|" +
    "nat[oaie]|nasc\\p{L}+|nacque|geboorte\\p{L}*|роди\\p{L}+|рожд\\p{L}+",
);
const DIED = word(
  "die[sd]?|dying|dead|deaths?|deceased|passed away|killed|executed|assassinated|murdered|drowned|suicide|" +
    "until his|" +
    "buried|stirbt|sterben|starb(?:en)?|gestorben|tot|tod\\p{L}*|hingerichtet|ermordet|fiel|meurt|" +
    "mour\\p{L}+|morte?s?|" +
    "décè[sd]\\p{L}*|décéd\\p{L}+|exécutée?|tuée?|muri\\p{L}+|muere|muert[oae]s?|fallec\\p{L}+|fusilad[oa]|" +
    "asesinad[oa]|" +
    "mor[ìi]|muore|morir\\p{L}*|ucciso|st[ie]erf\\p{L}*|sterven|gestorven|overle\\p{L}+|dood|vermoord|" +
    "morre\\p{L}*|" +
    "morr\\p{L}+|falece\\p{L}+|умер\\p{L}*|смерт\\p{L}+",
);
const CAPITAL = word(
  "capitals?|hauptst[aä]dt\\p{L}*|capitales?|capital[ei]|hoofdst[ae]d\\p{L}*|capitais|столиц\\p{L}+",
);
const COLOURS = word(
  "colou?r\\p{L}*|red\\p{L}*|green\\p{L}*|blue\\p{L}*|yellow\\p{L}*|orange|brown\\p{L}*|black\\p{L}*|" +
    "white\\p{L}*|gr[ae]y|" +
    "pink|purple|violet|golden|silver|transparent|farb\\p{L}+|rot\\p{L}*|grün\\p{L}*|blau\\p{L}*|gelb\\p{L}*|" +
    "braun\\p{L}*|" +
    "schwarz\\p{L}*|weiß\\p{L}*|grau\\p{L}*|couleurs?|rouges?|verte?s?|bleue?s?|jaunes?|noire?s?|" +
    "blanc\\p{L}*|colore?s?|" +
    "roj[oa]s?|verdes?|azul\\p{L}*|amarill[oa]s?|negr[oa]s?|blanc[oa]s?|ross[oaie]|verd[ei]|blu|giall[oaie]|" +
    "ner[oaie]|" +
    "bianc\\p{L}+|kleur\\p{L}*|rode?|groene?|blauwe?|gele?|zwarte?|witte?|cor(?:es)?|vermelh\\p{L}+|" +
    "amarel\\p{L}+|pret[oa]s?",
);
const WEDDING = word(
  "wife|husband|spouse|marri\\p{L}+|marry|wed|wedding|widow\\p{L}*|queen|empress|frau|mann|ehe\\p{L}*|" +
    "heirat\\p{L}*|" +
    "verheiratet|femme|mari|épou\\p{L}+|mariage|mariée?|espos[oa]|cas[oó]|casad[oa]|mujer|marido|matrimonio|" +
    "moglie|marito|" +
    "spos\\p{L}+|vrouw|echtgeno\\p{L}+|trouw\\p{L}*|mulher|casou|casamento",
);
/** Whoever is asked for made, found or said first. */
const MADE = [
  word(
    "invent\\p{L}*|discover\\p{L}*|found(?:ed|ers?|ing|ation)?|develop\\p{L}*|creat\\p{L}+|design\\p{L}*|" +
      "propos\\p{L}+|" +
      "introduc\\p{L}+|devis\\p{L}+|buil[dt]\\p{L}*|describ\\p{L}+|identif\\p{L}+|formulat\\p{L}+|coin(?:ed|s)|" +
      "establish\\p{L}*|isolat\\p{L}+|pioneer\\p{L}*|fathers?|mothers?|authors?|first|made|makes?|formed|" +
      "set up|began|" +
      "beg[iu]n\\p{L}*|start\\p{L}*|detect\\p{L}*|observ\\p{L}+|patent\\p{L}*|publish\\p{L}*|wr[io]t\\p{L}+|" +
      "named|launch\\p{L}*|" +
      "erf[ia]nd\\p{L}*|erfunden|entdeck\\p{L}*|gründ\\p{L}+|gegründet|entwickel\\p{L}*|beschrieb\\p{L}*|" +
      "beschreib\\p{L}*|" +
      "schlug|vorgeschlagen|vater|prägte|erste\\p{L}*|schuf|erschaff\\p{L}+|baute\\p{L}*|gebaut|" +
      "découv\\p{L}+|fond\\p{L}+|" +
      "cré[aeé]\\p{L}*|décri\\p{L}+|propos\\p{L}+|père|premier|descubr\\p{L}+|fund\\p{L}+|cre[oóa]\\p{L}*|" +
      "desarroll\\p{L}+|" +
      "describ\\p{L}+|padre|primer[oa]?|scopr\\p{L}+|scopert\\p{L}+|svilupp\\p{L}+|prim[oa]|uitgevonden|" +
      "uitvind\\p{L}+|" +
      "ontdek\\p{L}*|opgericht|opricht\\p{L}*|stichtte|gesticht|eerste|vader|descobr\\p{L}+|descobert\\p{L}+|" +
      "criou|pai",
  ),
  /(?<!\p{L})(?:by|von|par|por|da|door)\s(?:\p{Ll}+\s){0,3}\p{Lu}/u,
];

const ATTRIBUTES: Attribute[] = [
  {
    asks: word(
      "(?:was|were|is) .{1,60} born|birthday of|birth ?(?:date|place) of|geboren|est née?|née? .{1,40} quand|" +
        "nació|" +
        "(?:è|fu) nat[oa]|nacque|nasceu|родил(?:ся|ась)",
    ),
    shows: [BORN, LIFE],
  },
  {
    asks: word(
      "(?:did|does) .{1,60} die|(?:year|date|cause|place) of (?:his|her|\\p{L}+['’]s) death|starb|gestorben|" +
        "mort|morte|" +
        "mourut|murió|morì|è morto|stierf|gestorven|overleden|overleed|morreu|умер",
    ),
    shows: [DIED, LIFE],
  },
  {
    asks: word(
      "(?:what|which) (?:city )?(?:is|was) the capital(?: city)? of|" +
        "(?:the )?capital of \\p{Lu}\\p{L}+\\s*[?]|hauptstadt|" +
        "capitale (?:de|du|d['’]|della?|dell['’])|capital de|hoofdstad|capital d[aoe]|столица",
    ),
    shows: [CAPITAL],
  },
  {
    asks: word(
      "(?:what|which) colou?rs?|welche farbe|quelle(?:s)? couleurs?|(?:de )?qué color|di che colore|" +
        "welke kleur|(?:de )?que cor",
    ),
    shows: [COLOURS],
  },
  {
    asks: word(
      "['’]s (?:first |second )?(?:wife|husband|spouse)|(?:wife|husband|spouse) of|who did .{1,40} marry|" +
        "ehefrau|ehemann|" +
        "verheiratet|(?:la )?femme de|(?:le )?mari de|la esposa de|(?:la )?moglie di|echtgeno(?:te?)",
    ),
    shows: [WEDDING],
  },
  {
    asks: word(
      "who (?:first )?(?:invented|discovered|founded)|wer (?:hat .{0,40} )?(?:erfand|entdeckte|gründete|" +
        "erfunden|entdeckt|gegründet)|" +
        "wer hat .{1,60} (?:erfunden|entdeckt|gegründet)|qui a (?:inventé|découvert|fondé)|quién (?:inventó|" +
        "descubrió|fundó)|" +
        "chi (?:ha )?(?:inventò|inventato|scoprì|scoperto|fondò|fondato)|wie (?:ontdekte|" +
        "heeft .{1,60} (?:uitgevonden|ontdekt|opgericht))|" +
        "quem (?:inventou|descobriu|fundou)",
    ),
    shows: MADE,
  },
];

/** What a sentence has to have to answer it; undefined for a question that asks for no such attribute. */
export function attributeAskedFor(question: string): ((sentence: string) => boolean) | undefined {
  const attribute = ATTRIBUTES.find(({ asks }) => asks.test(question));
  if (attribute) return (sentence) => attribute.shows.some((shows) => shows.test(sentence));
  return measureAskedFor(question);
}
