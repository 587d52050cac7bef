/**
 * Hands-free: the question is read, there is time to think, the answer is read and the lecturer heard; then a key, a
 * tap or a button of the headset rates it, and the next card follows.
 */
import { Headphones } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AskedCard } from "#server/features/study/reviews/shapes.ts";
import { Button } from "../../../ui/button.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { clipOf, playClip, stopClip } from "../cards/clip.ts";
import { spokenAnswer, spokenQuestion } from "./spoken-card.ts";
import type { Rating } from "./use-review.ts";
import { createVoice } from "./voice.ts";

const THINKING_MS = 6000;

type Phase = "reading" | "thinking" | "answering" | "rating";

export function HandsFree({
  card,
  shown,
  onShow,
  onRate,
  onStop,
}: {
  card: AskedCard;
  shown: boolean;
  onShow: () => void;
  onRate: (rating: Rating) => void;
  onStop: () => void;
}) {
  const { t } = useTranslation();
  const [phase, setPhase] = useState<Phase>("reading");
  const skip = useRef<() => void>(() => {});
  const isShown = useRef(shown);
  useEffect(() => {
    const voice = createVoice();
    skip.current = voice.stop;
    let cancelled = false;
    const isOver = () => cancelled;
    const run = async () => {
      await voice.say(spokenQuestion(card, t("study.handsFree.gap")));
      if (isOver()) return;
      if (!isShown.current) {
        setPhase("thinking");
        await pause(skip);
      }
      skip.current = () => {};
      if (isOver()) return;
      setPhase("answering");
      onShow();
      await voice.say(spokenAnswer(card));
      if (isOver()) return;
      if (card.witness && clipOf(card.witness))
        await playClip(card.witness, t("study.witness.unheard"));
      if (!isOver()) setPhase("rating");
    };
    run().catch((problem: unknown) => {
      if (cancelled) return;
      toastError(problem);
      onStop();
    });
    return () => {
      cancelled = true;
      voice.stop();
      stopClip();
      skip.current();
    };
    // Once for each card; what it calls is of this card.
  }, [card.id]);
  // Shown by a key while the question was read, or there was still time.
  useEffect(() => {
    isShown.current = shown;
    if (shown) skip.current();
  }, [shown]);
  useHeadset({
    nexttrack: () => (shown ? onRate(3) : onShow()),
    previoustrack: () => shown && onRate(1),
    stop: () => onStop(),
    pause: () => onStop(),
  });
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-3 rounded-xl bg-accent-soft px-4 py-3 text-sm text-accent-ink"
    >
      <Headphones className="size-4.5 shrink-0" aria-hidden="true" />
      <span className="min-w-0 flex-1 basis-48">{t(`study.handsFree.${phase}`)}</span>
      {phase === "thinking" && (
        <Button size="small" onClick={() => skip.current()}>
          {t("study.review.show")}
        </Button>
      )}
      <Button size="small" onClick={() => onStop()}>
        {t("study.handsFree.stop")}
      </Button>
    </div>
  );
}

function pause(skip: { current: () => void }) {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, THINKING_MS);
    skip.current = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** https://developer.mozilla.org/docs/Web/API/Media_Session_API */
function useHeadset(actions: Partial<Record<MediaSessionAction, () => unknown>>) {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    const names = Object.keys(latest.current) as MediaSessionAction[];
    for (const name of names)
      navigator.mediaSession.setActionHandler(name, () => latest.current[name]?.());
    return () => {
      for (const name of names) navigator.mediaSession.setActionHandler(name, null);
    };
  }, []);
}
