import { set, type QuestionLanguage } from "../question-words.ts";

/** Words as they are written, particles included; a verb that asks is told by its ending. */
export const KOREAN: QuestionLanguage = {
  kinds: [
    ["greeting", /^\s*(?:안녕|안녕하세요|고마워|감사합니다)[^\p{L}]*$/u],
    ["summary", /요약/u],
    ["comparison", /차이|비교|공통점/u],
    ["number", /몇|얼마/u],
    ["time", /언제|몇 년|어느 해/u],
    ["place", /어디/u],
    ["person", /누구|누가/u],
    ["reason", /왜|이유|원인/u],
    ["list", /나열|종류는/u],
    ["definition", /(?:이란|란|은|는) (?:무엇|뭐)|정의|의미|설명/u],
    ["manner", /어떻게/u],
  ],
  empty: set(
    "무엇 무엇을 무엇이 무엇은 무엇인가 무엇인가요 무엇입니까 무엇이며 뭐 뭐가 뭐를 뭘 뭔가요 누구 누가 누구를 누구의 누구인가 누구인가요 누구입니까 언제 " +
      "언제인가 어디 어디서 어디에 어디에서 어디인가 왜 어떻게 어느 어떤 몇 얼마 얼마나 그리고 그 이 저 것 것은 것이 수 있는가 있나요 있습니까 하는가 하나요 " +
      "합니까 되는가 되나요 됩니까 인가 인가요 입니까 설명해 설명해줘 설명하라 알려줘 말해줘",
  ),
  light: set("이유 원인 종류 방법 때 년 사람 차이 의미 정의"),
  asks: /.(?:는가|은가|인가|나요|가요|까요|니까|는지|느냐|냐)$/u,
};
