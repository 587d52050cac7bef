/** A part of a picture is marked: drawn with the mouse or a finger, or framed by the arrow keys. */
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { movedByKey, partBetween, placeOf, pointIn, type Point } from "../study/cards/parts.ts";

type Part = NonNullable<ReturnType<typeof partBetween>>;

/** Whoever asked for it moves it next. */
const focus = (frame: HTMLElement | null) => frame?.focus();

const MIDDLE: Part = { x: 0.35, y: 0.4, width: 0.3, height: 0.2 };

/** Lies over the picture. */
export function AreaFrame({
  onArea,
  onClose,
}: {
  /** [x, y, width, height] in fractions of the picture. */
  onArea: (area: number[]) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const board = useRef<HTMLDivElement>(null);
  const from = useRef<Point>(undefined);
  const [part, setPart] = useState(MIDDLE);
  const at = (event: PointerEvent) => pointIn(board.current!, event);
  const keep = ({ x, y, width, height }: Part) => onArea([x, y, width, height]);
  function key(event: KeyboardEvent) {
    const moved = movedByKey(event, part, 0.02);
    if (moved) setPart(moved);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div
      ref={board}
      className="absolute inset-0 cursor-crosshair touch-none bg-black/10 select-none"
      onPointerDown={(event) => {
        if (event.target instanceof HTMLButtonElement) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = at(event);
      }}
      onPointerMove={(event) => {
        const drawn = from.current && partBetween(from.current, at(event));
        if (drawn) setPart(drawn);
      }}
      onPointerUp={(event) => {
        const drawn = from.current && partBetween(from.current, at(event));
        from.current = undefined;
        if (drawn) keep(drawn);
      }}
      onPointerCancel={() => (from.current = undefined)}
    >
      <button
        type="button"
        ref={focus}
        aria-label={t("marks.frame")}
        onKeyDown={key}
        onClick={() => keep(part)}
        className="absolute rounded-[3px] border-2 border-dashed border-black bg-white/40"
        style={placeOf(part)}
      />
    </div>
  );
}
