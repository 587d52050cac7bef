import { first, set, word, type QuestionLanguage } from "../question-words.ts";

export const SPANISH: QuestionLanguage = {
  kinds: [
    [
      "greeting",
      first(
        "(?:hola|buenos días|buenas (?:tardes|noches)|gracias|muchas gracias|adiós)[^\\p{L}]*$",
      ),
    ],
    [
      "summary",
      word(
        "resume|resumir|resumen|resúmeme|síntesis|puntos (?:clave|principales)|ideas principales",
      ),
    ],
    ["comparison", word("diferencias?|difieren?|compara|comparar|comparación|en común|distingue")],
    [
      "number",
      word(
        "cuánt[oa]s?|qué (?:porcentaje|número|cantidad|proporción|edad|temperatura|tamaño|" +
          "longitud|altura|velocidad|distancia|masa|peso|población)|" +
          "cuál (?:es|era|fue) (?:el|la) (?:número|cantidad|porcentaje|población|temperatura|" +
          "tamaño|longitud|velocidad|altura|edad)",
      ),
    ],
    [
      "time",
      word(
        "cuándo|(?:en |de |a )?qué (?:año|años|siglo|fecha|día|mes|época|década|hora)|desde cuándo|hasta cuándo",
      ),
    ],
    [
      "place",
      word("dónde|adónde|de dónde|(?:en )?qué (?:país|ciudad|lugar|región|sitio|continente|parte)"),
    ],
    ["person", word("quién|quiénes|a quién|de quién")],
    [
      "reason",
      word(
        "por qué|por qu[eé] razón|cuál(?:es)? (?:es|son|fue|era|fueron) las? (?:causas?|razón|razones)|a qué se debe",
      ),
    ],
    [
      "list",
      word(
        "enumera|enumerar|lista|nombra|menciona|cuáles son|qué (?:tipos|clases|partes|fases|etapas)",
      ),
    ],
    [
      "definition",
      word(
        "explica|explícame|describe|define|definir|definición|" +
          "qué (?:es|son|era|eran|significa|significan|quiere decir)|significado",
      ),
    ],
    ["manner", word("cómo|de qué (?:manera|modo|forma)")],
    ["yes-no", first("es|son|era|eran|fue|hay|puede|pueden|tiene|tienen|está|están|se puede|debe")],
  ],
  empty: set(
    "el la los las lo un una unos unas de del a al en con por para sin sobre entre hasta " +
      "desde hacia según y e o u pero si no ni que qué cual cuál cuáles quien quién quiénes " +
      "cuando cuándo donde dónde adónde como cómo porque cuánto cuánta cuántos cuántas es son " +
      "era eran fue fueron ser sido está están estaba estar ha han había haber hay he se su " +
      "sus le les me te nos mi mis tu tus él ella ellos ellas yo nosotros esto esta este estos " +
      "estas eso esa ese esos esas aquel muy más menos también tan tanto todo toda todos todas " +
      "otro otra otros otras cada algún alguna algunos mismo misma puede pueden debe deben " +
      "hace hacen hacer explica explicar explícame describe describir define definir " +
      "definición enumera lista nombra menciona da dame di dime significa significado " +
      "significan quiere decir resume resumen por favor apuntes notas clase lección " +
      "diapositiva documento hola gracias exactamente razón",
  ),
  light: set(
    "tipo tipos clase clases forma manera cosa ejemplo llamado llamada llama llaman conocido " +
      "conocida usado usada usa utiliza año años siglo fecha día mes tiempo número cantidad " +
      "persona personas gente grupo parte partes grande largo alto lugar sitio país ciudad " +
      "nombre causa causas razones resultado papel función diferencia diferencias ocurre " +
      "ocurrió pasa pasó produce encuentra lugar tiene tienen " +
      "unidad fórmula funciona funcionan",
  ),
};
