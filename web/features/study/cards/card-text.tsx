/** A side of a card: Markdown, with its pictures and sounds. Never becomes HTML by itself. */
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BASE } from "../../../api/base-path.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { AnswerText } from "../../interactions/answer-text.tsx";

const MEDIA =
  /!\[([^\]]*)\]\((\/api\/cards\/media\/[\w-]+)\)|\[([^\]]*)\]\((\/api\/cards\/media\/[\w-]+)\)/g;

export function CardText({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(MEDIA)) {
    const before = text.slice(at, match.index);
    if (before.trim()) parts.push(<AnswerText key={at} text={before} citations={[]} />);
    const [whole, alt, picture, name, sound] = match;
    parts.push(
      picture ? (
        <CardPicture key={match.index} address={picture} description={alt ?? ""} />
      ) : (
        <CardSound key={match.index} address={sound!} name={name ?? ""} />
      ),
    );
    at = match.index + whole.length;
  }
  const rest = text.slice(at);
  if (rest.trim()) parts.push(<AnswerText key={at} text={rest} citations={[]} />);
  return <div className="grid gap-3">{parts}</div>;
}

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
    <img
      src={ready}
      alt={description}
      className="max-h-[50vh] max-w-full justify-self-center rounded-lg"
    />
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
