/** Tables, indexes and note types of a collection of schema 11. */
import type { CardKind } from "#server/features/study/cards/shapes.ts";
import { OUR_TYPES } from "./note-types.ts";

export const SCHEMA = `
create table col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,
  ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,
    models text not null, decks text not null, dconf text not null, tags text not null);
create table notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
  usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
    flags integer not null, data text not null);
create table cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
  mod integer not null, usn integer not null, type integer not null, queue integer not null,
    due integer not null, ivl integer not null, factor integer not null, reps integer not null,
      lapses integer not null, left integer not null, odue integer not null, odid integer not null,
        flags integer not null, data text not null);
create table revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
  ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,
    type integer not null);
create table graves (usn integer not null, oid integer not null, type integer not null);
create index ix_notes_usn on notes (usn);
create index ix_cards_usn on cards (usn);
create index ix_revlog_usn on revlog (usn);
create index ix_cards_nid on cards (nid);
create index ix_cards_sched on cards (did, queue, due);
create index ix_revlog_cid on revlog (cid);
create index ix_notes_csum on notes (csum);`;

const CSS =
  ".card { font-family: sans-serif; font-size: 20px; text-align: center; } .cloze { " +
  "font-weight: bold; } small { display: block; margin-top: 1em; opacity: 0.7; }";
const WITNESS = "{{#Witness}}<div>{{Witness}}</div>{{/Witness}}";
const ANSWER = "{{FrontSide}}<hr id=answer>";

interface TypeOf {
  fields: string[];
  question: string;
  answer: string;
}

const TYPES: Record<CardKind, TypeOf> = {
  basic: {
    fields: ["Front", "Back", "Witness"],
    question: "{{Front}}",
    answer: `${ANSWER}{{Back}}${WITNESS}`,
  },
  cloze: {
    fields: ["Text", "Back Extra", "Witness"],
    question: "{{cloze:Text}}",
    answer: `{{cloze:Text}}<br>{{Back Extra}}${WITNESS}`,
  },
  choice: {
    fields: ["Front", "Options", "Back", "Witness"],
    question: "{{Front}}<br><br>{{Options}}",
    answer: `${ANSWER}{{Back}}${WITNESS}`,
  },
  typed: {
    fields: ["Front", "Options", "Back", "Witness"],
    question: "{{Front}}<br>{{type:Back}}",
    answer: `${ANSWER}{{type:Back}}${WITNESS}`,
  },
  occlusion: {
    fields: ["Occlusion", "Image", "Header", "Back Extra", "Comments", "Witness"],
    question:
      '{{#Header}}<div>{{Header}}</div>{{/Header}}<div style="display: ' +
      'none">{{cloze:Occlusion}}</div><div id="image-occlusion-container">{{Image}}<canvas ' +
      'id="image-occlusion-canvas"></canvas></div><script>try { anki.imageOcclusion.setup(); ' +
      "} catch (exc) {}</script>",
    answer:
      `{{#Header}}<div>{{Header}}</div>{{/Header}}<div style="display: ` +
      `none">{{cloze:Occlusion}}</div><div id="image-occlusion-container">{{Image}}<canvas ` +
      `id="image-occlusion-canvas"></canvas></div><script>try { anki.imageOcclusion.setup(); } ` +
      `catch (exc) {}</script>{{#Back Extra}}<div>{{Back Extra}}</div>{{/Back Extra}}${WITNESS}`,
  },
};

export function modelsOf(ids: Record<CardKind, number>) {
  return Object.fromEntries(
    (Object.keys(TYPES) as CardKind[]).map((kind) => {
      const { fields, question, answer } = TYPES[kind];
      const gaps = kind === "cloze" || kind === "occlusion";
      return [
        String(ids[kind]),
        {
          id: ids[kind],
          name: OUR_TYPES[kind],
          type: gaps ? 1 : 0,
          mod: 0,
          usn: -1,
          sortf: 0,
          did: 1,
          ...(kind === "occlusion" ? { originalStockKind: 6 } : {}),
          tmpls: [
            {
              name: "Card 1",
              ord: 0,
              qfmt: question,
              afmt: answer,
              bqfmt: "",
              bafmt: "",
              did: null,
            },
          ],
          flds: fields.map((name, ord) => ({
            name,
            ord,
            sticky: false,
            rtl: false,
            font: "Arial",
            size: 20,
            media: [],
          })),
          css: CSS,
          latexPre: "",
          latexPost: "",
          req: gaps ? [] : [[0, "any", [0]]],
          tags: [],
          vers: [],
        },
      ];
    }),
  );
}
