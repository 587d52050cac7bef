import { first, set, word, type QuestionLanguage } from "../question-words.ts";

export const ENGLISH: QuestionLanguage = {
  kinds: [
    [
      "greeting",
      first(
        "(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|thanks?|thank you|bye|" +
          "goodbye)(?: there| you| very much| so much)?[^\\p{L}]*$",
      ),
    ],
    [
      "summary",
      word(
        "summari[sz]e|summary|overview|main (?:points|ideas)|key (?:points|ideas)|tl;?dr|in short|" +
          "what(?:['’]s| is| was| are) (?:[\\p{L}\\p{N}]+ ){1,4}about(?=[^\\p{L}]*$)",
      ),
    ],
    [
      "comparison",
      word(
        "differences?|differ|differs|compare|compared|comparison|versus|vs|distinguish|distinguishes|in common",
      ),
    ],
    [
      "number",
      word(
        "how (?:many|much|long|old|far|high|tall|heavy|big|large|deep|wide|fast|hot|cold|" +
          "often|frequently|strong|loud|likely)|(?:what|which) " +
          "(?:percentage|percent|number|amount|proportion|fraction|share|temperature|price|age|" +
          "size|length|population|distance|speed|mass|weight|height|width|depth|area|rate|" +
          "ratio|voltage|frequency|cost|sum)|percentage of|" +
          "(?:what|which) (?:is|was|are|were) the (?:number|percentage|population|amount|size|" +
          "length|total)",
      ),
    ],
    [
      "time",
      word(
        "(?<!(?:what|which|who|how|why)(?!\\p{L}).{0,99})when|" +
          "(?:what|which) (?:(?!tak|took|did|does|do|was|is|were|are|has|had)[\\p{L}]+ " +
          ")?(?:year|years|century|centuries|decade|date|day|month|era|period|time|season|age)|" +
          "how (?:recently|early|late)|since when|until when",
      ),
    ],
    [
      "place",
      word(
        "(?<!(?:what|which|who|how|why|when)(?!\\p{L}).{0,99})where|" +
          "(?:what|which) (?:(?!tak|took|did|does|do|was|is|were|are|has|had)[\\p{L}]+ " +
          ")?(?:country|countries|city|cities|place|places|location|state|region|town|" +
          "continent|area|street|building|island|river)",
      ),
    ],
    [
      "person",
      word(
        "who|whom|whose|(?:what|which) (?:(?!tak|took|did|does|do|was|is|were|are|has|" +
          "had)[\\p{L}]+ )?(?:person|people|scientist|author|king|queen|president|man|woman|" +
          "mathematician|physicist|philosopher|leader|ruler|inventor|engineer|researcher|" +
          "player|professor|composer|writer|artist|emperor|pope|general|politician)",
      ),
    ],
    [
      "reason",
      word(
        "why|what (?:is|was|are|were) the (?:main |primary )?(?:reasons?|causes?|purpose)|" +
          "(?:what|which) (?:reasons?|causes|caused|led to)|how come|" +
          "for what (?:reason|purpose)",
      ),
    ],
    [
      "list",
      word(
        "list|name (?:the|all|two|three|four|five|some)|what are (?:the|all|some)?|which are|" +
          "enumerate|what (?:types|kinds|sorts|stages|steps|parts|phases)|" +
          "(?:two|three|four|five) (?:types|kinds|stages|steps|parts|phases)",
      ),
    ],
    [
      "definition",
      word(
        "explain|describe|define|definition|meaning of|" +
          "what (?:does|do|did) [\\p{L}\\p{N} -]+ (?:mean|stand for)|" +
          "what(?:'s|’s| is| are| was| were) (?:an? |the )?[\\p{L}\\p{N}'’-]+(?: " +
          "[\\p{L}\\p{N}'’-]+)?[?!.… ]*$",
      ),
    ],
    ["manner", word("how|in what (?:way|manner)|by what means")],
    [
      "yes-no",
      first(
        "is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|must|may|isn't|" +
          "aren't|doesn't|don't|didn't|can't",
      ),
    ],
  ],
  empty: set(
    "one ones a an the of to in on at by for with from as into onto about between among " +
      "through during over under and or but if then than that this these those it its itself " +
      "they them their theirs he him his she her hers there here we us our you your i me my is " +
      "are was were be been being am do does did done can could will would should shall may " +
      "might must has have had having not no nor so such too very also just only even both " +
      "either neither who whom whose what which when where why how many much most more other " +
      "another some any each every all few several same own out up down off again once ever " +
      "please tell explain describe give show list name say summarise summarize define " +
      "definition meaning mean means know let question answer exactly actually really state " +
      "according notes note materials material lecture lectures slide slides recording " +
      "recordings document documents text s t re ve ll don doesn didn isn aren wasn weren " +
      "what's whats hi hello hey thanks thank",
  ),
  light: set(
    "type types kind kinds sort sorts form way ways thing things term terms word words " +
      "example examples call called named known use used using make made makes take takes took " +
      "taken place happen happens happened occur occurs occurred become became get got go went " +
      "come came say said find found give gives given main important famous year years time " +
      "date century decade day month number amount percentage percent person people someone " +
      "group groups part parts long large big old high far name names considered consider " +
      "referred refer considered reason reasons cause causes purpose result results role " +
      "function difference differences compare versus type's country countries city where's " +
      "stand stands fast heavy tall hot cold wide deep thick unit units formula work works " +
      "worked working symbol meant money last lasts lasted",
  ),
};
