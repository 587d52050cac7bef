import { expect, it } from "vitest";
import germanFields from "../locales/de.fields.json" with { type: "json" };
import german from "../locales/de.sentences.json" with { type: "json" };
import { translator } from "./sentences.ts";

const translateSentence = translator(german);

it.each([
  [
    "This is the last way into the account. Set a password first.",
    "Das ist der letzte Weg in das Konto. Setze zuerst ein Passwort.",
  ],
  [
    "The page could not be fetched: its server answered 404.",
    "Die Seite konnte nicht abgerufen werden: ihr Server antwortete mit 404.",
  ],
  [
    "Reading the document took too long. It may be damaged, or made to do harm.",
    "Das Dokument zu lesen hat zu lange gedauert. Die Datei ist vielleicht beschädigt oder soll Schaden anrichten.",
  ],
  [
    'The speech model a.b is not on this machine. Fetch it with "lm models pull a.b".',
    "Das Modell a.b ist nicht auf diesem Server. Wer ihn betreibt, holt es mit „lm models pull a.b“.",
  ],
])("%s", (english, translated) => expect(translateSentence(english)).toBe(translated));

it("knows nothing of other sentences", () => {
  expect(translateSentence("Hello.")).toBeUndefined();
  expect(translateSentence("")).toBeUndefined();
});

it("says what a password still needs, one by one", () => {
  const words = translator(germanFields)("needs at least 8 characters, a digit");
  expect(words).toBe("Es braucht noch: mindestens 8 Zeichen, eine Ziffer.");
});
