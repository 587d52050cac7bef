/** A side of a card: Markdown and formulas, with its pictures and sounds. */
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BASE } from "../../../api/base-path.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { Markdown } from "../../../ui/markdown/markdown.tsx";

/** A link to a file of the cards is a sound; pictures are Markdown's own. */
const SOUND = /(?<!!)\[([^[\]]*)\]\((\/api\/cards\/media\/[\w-]+)\)/g;

export function CardText({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let at = 0;
  const add = (words: string) => {
    if (words.trim())
      parts.push(<Markdown key={parts.length} text={withBreaks(words)} picture={picture} />);
  };
  for (const { index, 0: whole, 1: name, 2: address } of text.matchAll(SOUND)) {
    add(text.slice(at, index));
    parts.push(<CardSound key={parts.length} address={address!} name={name ?? ""} />);
    at = index + whole.length;
  }
  add(text.slice(at));
  return <div className="grid gap-3">{parts}</div>;
}

/** A line of a card is a line: two spaces at its end say so. */
const withBreaks = (text: string) => text.trim().replace(/(?<=\S)\n(?=\S)/g, "  \n");

/** Only files of the student's own cards are loaded. */
const picture = (address: string, description: string) =>
  /^\/api\/cards\/media\/[\w-]+$/.test(address) ? (
    <CardPicture address={address} description={description} />
  ) : undefined;

/** Pictures and sounds send no headers: they wait for the cookie that stands in for them. */
export function useMediaAddress(address: string) {
  const [ready, setReady] = useState<string>();
  useEffect(() => {
    let cancelled = false;
    void ensureMediaCookie()
      .then(() => !cancelled && setReady(BASE + address))
      .catch(() => {});
    return () => {
      cancelled = true;
    };
  }, [address]);
  return ready;
}

function CardPicture({ address, description }: { address: string; description: string }) {
  const ready = useMediaAddress(address);
  return ready ? (
    <img src={ready} alt={description} className="mx-auto max-h-[50vh] max-w-full rounded-lg" />
  ) : (
    <span className="block h-24 rounded-lg bg-sunken" />
  );
}

function CardSound({ address, name }: { address: string; name: string }) {
  const { t } = useTranslation();
  const ready = useMediaAddress(address);
  return (
    // What is said in it stands on the card, or is what is asked.
    // oxlint-disable-next-line jsx-a11y/media-has-caption
    <audio controls src={ready} aria-label={name || t("study.card.sound")} className="w-full" />
  );
}
