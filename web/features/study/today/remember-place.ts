/** Where a lecture or a document was left, told to the server now and then: Today goes on from there. */
import { useEffect } from "react";
import { request } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import type { Playback } from "../../transcription/playback.ts";

const EVERY_SECONDS = 15;
const SETTLED_MS = 1500;

type Place = { at_seconds: number } | { page: number };

function remember(kind: "recording" | "study_material", id: string, place: Place) {
  // A place that is not remembered is no failure that anybody must be told of.
  request("/study/places", { method: "PUT", json: { source: { kind, id }, ...place } })
    .then(() => queryClient.invalidateQueries({ queryKey: ["study", "today"] }))
    .catch(() => {});
}

/** Only what was played counts: opening a lecture is not hearing it. */
export function useRememberedSecond(id: string, playback: Playback) {
  useEffect(() => {
    let told: number | undefined;
    let heard: number | undefined;
    const tell = (seconds: number) => {
      if (told !== undefined && Math.abs(seconds - told) < 1) return;
      told = seconds;
      remember("recording", id, { at_seconds: Math.round(seconds * 10) / 10 });
    };
    const stop = playback.onTime((seconds) => {
      if (playback.audio.paused) return;
      heard = seconds;
      if (told === undefined || Math.abs(seconds - told) >= EVERY_SECONDS) tell(seconds);
    });
    const pause = () => heard !== undefined && tell(heard);
    playback.audio.addEventListener("pause", pause);
    return () => {
      stop();
      playback.audio.removeEventListener("pause", pause);
      pause();
    };
    // The playback is made anew when the duration becomes known; its sound stays the same.
  }, [id, playback.audio]);
}

/** The page that reaches over the middle of the window, in whichever view; a text without pages has none. */
export function useRememberedPage(id: string) {
  useEffect(() => {
    let told: number | undefined;
    let timer = 0;
    const look = () => {
      const page = pageInSight();
      if (page === undefined || page === told) return;
      told = page;
      remember("study_material", id, { page });
    };
    const moved = () => {
      clearTimeout(timer);
      timer = window.setTimeout(look, SETTLED_MS);
    };
    addEventListener("scroll", moved, { passive: true, capture: true });
    moved();
    return () => {
      clearTimeout(timer);
      removeEventListener("scroll", moved, { capture: true });
    };
  }, [id]);
}

/** From 1; undefined where the text has no pages. */
export function pageInSight() {
  const pages = [...document.querySelectorAll<HTMLElement>("[data-pdf-page], [data-page]")];
  const above = pages.findLast((page) => page.getBoundingClientRect().top < innerHeight / 2);
  const number = Number(
    (above ?? pages[0])?.dataset["pdfPage"] ?? (above ?? pages[0])?.dataset["page"],
  );
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
