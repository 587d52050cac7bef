/**
 * TTML and DFXP (https://www.w3.org/TR/ttml2/): paragraphs with begin, end or dur, in the time of what holds them; read
 * with htmlparser2's parser of XML. Layout and styles are left out.
 */
import { Parser } from "htmlparser2";
import type { ReadCues } from "./contract.ts";
import { withoutControls } from "./cue-text.ts";

interface Open {
  name: string;
  start: number;
  end: number | undefined;
}

/** Undefined for XML of another kind. */
export function readTtml(xml: string): ReadCues | undefined {
  const open: Open[] = [];
  const agents = new Map<string, string>();
  const cues: ReadCues["cues"] = [];
  const rates = { frame: 30, tick: 1, sub: 1 };
  let untimed = 0;
  let isTtml = false;
  let language: string | undefined;
  let agent: string | undefined;
  let cue:
    | { start: number; end: number | undefined; text: string; timed: boolean; speaker?: string }
    | undefined;
  const parser = new Parser(
    {
      onopentag(qualified, attributes) {
        const name = local(qualified);
        const given = byLocalName(attributes);
        if (name === "tt") {
          isTtml = true;
          rates.frame =
            (Number(given["frameRate"]) || 30) * multiplier(given["frameRateMultiplier"]);
          rates.tick = Number(given["tickRate"]) || (given["frameRate"] ? rates.frame : 1);
          language = /^[a-z]{2,3}(?:-\w{2,8})*$/i.exec(given["lang"] ?? "")?.[0];
        }
        const parent = open.at(-1);
        const begin = timeOf(given["begin"], rates);
        const start = (parent?.start ?? 0) + (begin ?? 0);
        const ends = [
          timeOf(given["end"], rates) === undefined
            ? undefined
            : (parent?.start ?? 0) + timeOf(given["end"], rates)!,
          timeOf(given["dur"], rates) === undefined
            ? undefined
            : start + timeOf(given["dur"], rates)!,
          parent?.end,
        ].filter((end) => end !== undefined);
        const end = ends.length > 0 ? Math.min(...ends) : undefined;
        open.push({ name, start, end });
        if (name === "p") {
          const speaker = agents.get(given["agent"] ?? "");
          cue = {
            start,
            end,
            text: "",
            timed: begin !== undefined || end !== undefined,
            ...(speaker && { speaker }),
          };
        } else if (
          cue &&
          name === "span" &&
          begin !== undefined &&
          cue.text.trim() === "" &&
          !cue.timed
        ) {
          // Times on the words instead of on their paragraph.
          Object.assign(cue, { start, end: undefined, timed: true });
        } else if (cue && name === "br") cue.text += "\n";
        else if (name === "agent") agent = given["id"];
        else if (name === "metadata" || name === "rt") open.at(-1)!.name = "ignored";
      },
      ontext(text) {
        if (agent !== undefined && open.at(-1)?.name === "name") agents.set(agent, text.trim());
        if (cue && open.at(-1)?.name !== "ignored") cue.text += text.replace(/\s+/g, " ");
      },
      onclosetag(qualified) {
        const closed = open.pop();
        if (local(qualified) === "agent") agent = undefined;
        if (closed?.name !== "p" || !cue) return;
        const { text, timed, ...times } = cue;
        const lines = withoutControlsKeepingLines(text);
        if (lines.length > 0 && timed) cues.push({ ...times, lines });
        else if (lines.length > 0) untimed += 1;
        cue = undefined;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
  return isTtml ? { format: "ttml", cues, untimed, ...(language && { language }) } : undefined;
}

function withoutControlsKeepingLines(text: string) {
  return text
    .split("\n")
    .map((line) => ({ text: withoutControls(line).replace(/\s+/g, " ").trim() }))
    .filter((line) => line.text !== "");
}

const local = (name: string) => name.slice(name.indexOf(":") + 1);

function byLocalName(attributes: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [local(name), value]),
  );
}

function multiplier(text: string | undefined) {
  const found = /^(\d+)[\s:](\d+)$/.exec(text ?? "");
  return found && Number(found[2]) > 0 ? Number(found[1]) / Number(found[2]) : 1;
}

/** Clock times with a fraction or frames, and offsets in h, m, s, ms, f (frames) or t (ticks). */
function timeOf(text: string | undefined, rates: { frame: number; tick: number }) {
  if (text === undefined) return undefined;
  const clock = /^(\d+):(\d{2}):(\d{2})(?:\.(\d+)|:(\d+)(?:\.\d+)?)?$/.exec(text.trim());
  if (clock) {
    const [, hours, minutes, seconds, fraction, frames] = clock;
    const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return whole + Number(`0.${fraction ?? 0}`) + Number(frames ?? 0) / rates.frame;
  }
  const offset = /^(\d+(?:\.\d+)?)(h|ms|m|s|f|t)$/.exec(text.trim());
  if (!offset) return undefined;
  const unit = { h: 3600, m: 60, s: 1, ms: 0.001, f: 1 / rates.frame, t: 1 / rates.tick }[
    offset[2]!
  ]!;
  return Number(offset[1]) * unit;
}
