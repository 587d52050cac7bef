import { first, set, word, type QuestionLanguage } from "../question-words.ts";

export const PORTUGUESE: QuestionLanguage = {
  kinds: [
    [
      "greeting",
      first("(?:olá|oi|bom dia|boa (?:tarde|noite)|obrigad[oa]|tchau|adeus)[^\\p{L}]*$"),
    ],
    ["summary", word("resuma|resumir|resumo|síntese|pontos principais")],
    ["comparison", word("diferenças?|difere|diferem|compare|comparar|comparação|em comum")],
    [
      "number",
      word(
        "quant[oa]s?|qual (?:é |era )?(?:a |o )?(?:percentagem|porcentagem|número|quantidade|" +
          "idade|temperatura|tamanho|altura|velocidade|distância|massa|população)",
      ),
    ],
    [
      "time",
      word(
        "quando|(?:em |de )?(?:que|qual) (?:ano|século|data|dia|mês|época|década|hora)|desde quando|até quando",
      ),
    ],
    [
      "place",
      word("onde|aonde|de onde|(?:em )?(?:que|qual) (?:país|cidade|lugar|região|continente|parte)"),
    ],
    ["person", word("quem|de quem|a quem")],
    [
      "reason",
      word(
        "por que|por quê|porquê|porque|qua(?:l|is) (?:é|são|foi|foram) as? " +
          "(?:causas?|razão|razões)|por qual (?:motivo|razão)",
      ),
    ],
    ["list", word("liste|listar|cite|enumere|nomeie|quais são|que (?:tipos|partes|fases|etapas)")],
    [
      "definition",
      word(
        "explique|explica|descreva|defina|definir|definição|" +
          "o que (?:é|são|significa|quer dizer)|que significa|significado",
      ),
    ],
    ["manner", word("como|de que (?:maneira|modo|forma)")],
    ["yes-no", first("é|são|era|eram|foi|há|pode|podem|tem|têm|está|estão|deve")],
  ],
  empty: set(
    "o a os as um uma uns umas de do da dos das em no na nos nas ao à aos às por pelo pela " +
      "pelos pelas para com sem sobre entre até desde e ou mas se não nem que quê quem qual " +
      "quais quando onde aonde como porque porquê quanto quanta quantos quantas é são era eram " +
      "foi foram ser sido está estão estava estar há tem têm tinha ter haver seu sua seus suas " +
      "meu minha teu tua nosso ele ela eles elas eu nós você vocês me te lhe isto isso aquilo " +
      "este esta estes estas esse essa esses essas aquele muito mais menos também todo toda " +
      "todos todas outro outra outros outras cada algum alguma alguns mesmo mesma pode podem " +
      "deve devem faz fazem fazer explique explicar descreva descrever defina definir " +
      "definição liste cite enumere dê diga significa significado quer dizer resuma resumo " +
      "favor notas aula slide documento olá obrigado exatamente",
  ),
  light: set(
    "tipo tipos espécie forma modo coisa exemplo chamado chamada conhecido usado usada usa " +
      "ano anos século data dia mês tempo número quantidade pessoa pessoas grupo parte partes " +
      "grande longo alto lugar país cidade nome causa causas razão razões motivo resultado " +
      "papel função diferença diferenças ocorre acontece aconteceu encontra",
  ),
};
