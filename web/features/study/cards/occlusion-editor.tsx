/** Covering parts of a picture: drawn with the mouse or a finger, or added and moved by the arrow keys. */
import { Plus, Trash2 } from "lucide-react";
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import type { CoveredPart } from "#server/features/study/cards/shapes.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { inputClass, TextArea } from "../../../ui/field.tsx";
import { useMediaAddress } from "./card-text.tsx";
import { pictureOf } from "./covered-picture.tsx";
import type { Draft } from "./draft.ts";
import { MediaButton } from "./media-button.tsx";
import { movedByKey, nextPart, partBetween, placeOf, pointIn, type Point } from "./parts.ts";

export function OcclusionEditor({
  draft: { front, parts },
  onChange,
  error,
}: {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const { address, rest } = pictureOf(front);
  const picture = address
    ? front.slice(front.indexOf("!["), front.indexOf(")", front.indexOf("![")) + 1)
    : "";
  return (
    <div className="grid gap-3">
      <TextArea
        label={t("study.card.pictureQuestion")}
        rows={1}
        value={rest}
        onChange={(event) =>
          onChange({ front: [event.target.value, picture].filter(Boolean).join("\n\n") })
        }
      />
      {address && (
        <Board address={address} parts={parts} onChange={(next) => onChange({ parts: next })} />
      )}
      <div className="flex flex-wrap gap-2">
        <MediaButton
          accept="image/*"
          label={address ? t("study.card.otherPicture") : t("study.card.choosePicture")}
          onAdded={(mark) =>
            onChange({ front: [rest, mark].filter(Boolean).join("\n\n"), parts: [] })
          }
        />
        {address && (
          <Button size="small" onClick={() => onChange({ parts: [...parts, nextPart(parts)] })}>
            <Plus className="size-4" aria-hidden="true" /> {t("study.card.addPart")}
          </Button>
        )}
      </div>
      {address && <p className="text-sm text-soft">{t("study.card.partsHint")}</p>}
      <Labels parts={parts} onChange={(next) => onChange({ parts: next })} />
      {error && (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

interface PartsProps {
  parts: CoveredPart[];
  onChange: (parts: CoveredPart[]) => void;
}

function Board({ address, parts, onChange }: PartsProps & { address: string }) {
  const { t } = useTranslation();
  const ready = useMediaAddress(address);
  const board = useRef<HTMLDivElement>(null);
  const from = useRef<Point>(undefined);
  const [drawn, setDrawn] = useState<CoveredPart>();
  const at = (event: PointerEvent) => pointIn(board.current!, event);
  function key(event: KeyboardEvent, index: number) {
    const moved = movedByKey(event, parts[index]!, 0.01);
    if (moved) onChange(parts.with(index, moved));
    else if (event.key === "Delete" || event.key === "Backspace")
      onChange(parts.toSpliced(index, 1));
    else return;
    event.preventDefault();
  }
  return (
    <div
      ref={board}
      data-testid="occlusion-board"
      className="relative inline-block max-w-full cursor-crosshair touch-none justify-self-start select-none"
      onPointerDown={(event) => {
        if (event.target instanceof HTMLButtonElement) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = at(event);
      }}
      onPointerMove={(event) => from.current && setDrawn(partBetween(from.current, at(event)))}
      onPointerUp={(event) => {
        const part = from.current && partBetween(from.current, at(event));
        from.current = undefined;
        setDrawn(undefined);
        if (part) onChange([...parts, part]);
      }}
      onPointerCancel={() => {
        from.current = undefined;
        setDrawn(undefined);
      }}
    >
      {ready && (
        <img
          src={ready}
          alt={t("study.card.picture")}
          draggable={false}
          className="max-h-[50vh] max-w-full rounded-lg"
        />
      )}
      {parts.map((part, index) => (
        <button
          key={index}
          type="button"
          aria-label={t("study.card.part", { number: index + 1 })}
          onKeyDown={(event) => key(event, index)}
          style={placeOf(part)}
          className={
            "absolute flex cursor-move items-center justify-center rounded-sm border-2 " +
            "border-accent bg-accent text-xs font-semibold text-on-accent " +
            "focus-visible:outline-offset-2"
          }
        >
          {index + 1}
        </button>
      ))}
      {drawn && (
        <div
          style={placeOf(drawn)}
          className="absolute rounded-sm border-2 border-dashed border-accent bg-accent/30"
        />
      )}
    </div>
  );
}

function Labels({ parts, onChange }: PartsProps) {
  const { t } = useTranslation();
  if (parts.length === 0) return null;
  return (
    <ol className="grid gap-2">
      {parts.map((part, at) => (
        <li key={at} className="flex items-center gap-2">
          <span className="w-6 shrink-0 text-right text-sm text-soft tabular-nums">{at + 1}</span>
          <input
            value={part.label ?? ""}
            aria-label={t("study.card.partLabel", { number: at + 1 })}
            placeholder={t("study.card.partLabelHint")}
            onChange={(event) => onChange(parts.with(at, { ...part, label: event.target.value }))}
            className={classes(inputClass, "min-h-10")}
          />
          <IconButton
            label={t("study.card.removePart", { number: at + 1 })}
            onClick={() => onChange(parts.toSpliced(at, 1))}
          >
            <Trash2 className="size-4" aria-hidden="true" />
          </IconButton>
        </li>
      ))}
    </ol>
  );
}
