import { first, set, word, type QuestionLanguage } from "../question-words.ts";

export const ITALIAN: QuestionLanguage = {
  kinds: [
    [
      "greeting",
      first("(?:ciao|salve|buongiorno|buonasera|grazie|arrivederci)(?: mille)?[^\\p{L}]*$"),
    ],
    ["summary", word("riassumi|riassumere|riassunto|sintesi|punti (?:chiave|principali)")],
    [
      "comparison",
      word(
        "differenza|differenze|differisce|differiscono|confronta|confrontare|confronto|in comune|distingue",
      ),
    ],
    [
      "number",
      word(
        "quant[oaie]|qual(?:e|i)? (?:è |era )?(?:il |la )?(?:percentuale|numero|quantità|età|" +
          "temperatura|lunghezza|altezza|velocità|distanza|massa|popolazione|dimensione)",
      ),
    ],
    [
      "time",
      word(
        "quando|(?:in |di )?(?:che|quale) (?:anno|secolo|data|giorno|mese|epoca|periodo|ora)|da quando|fino a quando",
      ),
    ],
    [
      "place",
      word(
        "dove|dov['’]è|da dove|(?:in )?(?:che|quale) (?:paese|città|luogo|regione|posto|continente|parte)",
      ),
    ],
    ["person", word("chi|di chi|a chi|da chi")],
    [
      "reason",
      word(
        "perché|perchè|per quale (?:motivo|ragione)|" +
          "qual(?:e|i)? (?:è|sono) (?:la|le|il|i) (?:causa|cause|ragione|ragioni|motivo|" +
          "motivi)|come mai",
      ),
    ],
    ["list", word("elenca|elencare|lista|nomina|cita|quali sono|quali (?:tipi|fasi|parti)")],
    [
      "definition",
      word(
        "spiega|spiegami|descrivi|definisci|definire|definizione|(?:che )?cos['’]è|" +
          "(?:che )?cosa (?:è|sono|significa|vuol dire|si intende)|che significa|significato",
      ),
    ],
    ["manner", word("come|in che modo|in quale modo")],
    ["yes-no", first("è|sono|era|erano|ha|hanno|può|possono|c['’]è|ci sono|deve")],
  ],
  empty: set(
    "il lo la i gli le l un uno una di del dello della dei degli delle a al allo alla ai " +
      "agli alle da dal dallo dalla dai dagli dalle in nel nello nella nei negli nelle con su " +
      "sul sulla sui sugli sulle per tra fra senza e ed o ma se non né che chi cui quale quali " +
      "qual cosa cos quando dove dov come perché perchè quanto quanta quanti quante è sono era " +
      "erano essere stato stata stati state ha hanno aveva avevano avere fu furono sarà si suo " +
      "sua suoi sue loro mio mia tuo tua nostro vostro io tu lui lei noi voi essi mi ti ci vi " +
      "ne questo questa questi queste quello quella quelli quelle ciò più meno molto anche " +
      "tutto tutta tutti tutte altro altra altri altre ogni alcuni stesso stessa può possono " +
      "deve devono fa fanno fare spiega spiegare spiegami descrivi descrivere definisci " +
      "definire definizione elenca lista nomina cita dai dimmi significa significato vuol dire " +
      "riassumi riassunto favore appunti lezione diapositiva documento ciao grazie esattamente " +
      "intende mai",
  ),
  light: set(
    "tipo tipi genere forma modo cosa esempio chiamato chiamata chiama noto nota usato usata " +
      "usa anno anni secolo data giorno mese tempo numero quantità persona persone gente " +
      "gruppo parte parti grande lungo alto luogo posto paese città nome causa cause ragione " +
      "ragioni motivo motivi risultato ruolo funzione differenza differenze avviene succede " +
      "accade successo trova",
  ),
};
