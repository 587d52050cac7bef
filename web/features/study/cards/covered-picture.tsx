/** A picture with covered parts: one is asked, the others stay covered so that they tell nothing. */
import { useTranslation } from "react-i18next";
import type { CoveredPart } from "#server/features/study/cards/shapes.ts";
import { classes } from "../../../ui/classes.ts";
import { CardText, useMediaAddress } from "./card-text.tsx";
import { placeOf } from "./parts.ts";

const PICTURE = /!\[([^[\]]*)\]\(([^()\s]+)(?:\s[^()]*)?\)/;

/** The first picture of a text, and the text without it. */
export function pictureOf(text: string) {
  const found = PICTURE.exec(text);
  return {
    address: found?.[2],
    description: found?.[1] ?? "",
    rest: found
      ? (text.slice(0, found.index) + text.slice(found.index + found[0].length)).trim()
      : text,
  };
}

export function CoveredPicture({
  text,
  parts,
  asked,
  shown,
}: {
  text: string;
  parts: CoveredPart[];
  asked: number;
  shown: boolean;
}) {
  const { t } = useTranslation();
  const { address = "", description, rest } = pictureOf(text);
  const ready = useMediaAddress(address);
  return (
    <div className="grid gap-3">
      {rest && <CardText text={rest} />}
      {ready && (
        <div className="relative inline-block max-w-full justify-self-center">
          <img
            src={ready}
            alt={description || t("study.card.picture")}
            className="max-h-[55vh] max-w-full rounded-lg"
          />
          {parts.map((part, at) => {
            const isAsked = at === asked;
            if (isAsked && shown)
              return <Frame key={at} part={part} className="border-2 border-accent" />;
            return (
              <Frame
                key={at}
                part={part}
                className={classes(
                  "flex items-center justify-center rounded-sm border text-sm font-semibold",
                  isAsked
                    ? "border-accent bg-accent text-on-accent"
                    : "border-line-strong bg-sunken text-soft",
                )}
              >
                {isAsked ? (
                  <span role="img" aria-label={t("study.card.askedPart")}>
                    ?
                  </span>
                ) : null}
              </Frame>
            );
          })}
        </div>
      )}
    </div>
  );
}

function Frame({
  part,
  className,
  children,
}: {
  part: CoveredPart;
  className: string;
  children?: React.ReactNode;
}) {
  return (
    <div className={classes("absolute", className)} style={placeOf(part)}>
      {children}
    </div>
  );
}
