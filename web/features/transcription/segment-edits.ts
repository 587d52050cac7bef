/** Edits of a transcript with undo; the server keeps the engine's own words. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  Segment,
  TranscriptionWithSegments as Transcription,
} from "#server/features/transcription/shapes.ts";
import { ChangedMeanwhile } from "../../api/change.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { toast, toastError } from "../../ui/toast.tsx";
import { withoutEdit, withSegment, type Edit } from "./edits.ts";
import { transcriptionQuery } from "./queries.ts";

export function useSegmentEdits(transcription: Transcription) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [done, setDone] = useState<Edit[]>([]);
  const { id } = transcription;

  const write = useCallback(
    async (number: number, text: string, was?: string) => {
      const changed = await request<Segment>(`/transcriptions/${id}/segments/${number}`, {
        method: "PATCH",
        json: { text, ...(was !== undefined && { was }) },
      });
      client.setQueryData<Transcription>(["transcription", id], (before) =>
        withSegment(before, changed),
      );
    },
    [client, id],
  );

  const save = useCallback(
    async (segment: Segment, text: string, was: string) => {
      try {
        await write(segment.number, text, was);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "changed-meanwhile") throw error;
        const now = await client.fetchQuery({ ...transcriptionQuery(id), staleTime: 0 });
        throw new ChangedMeanwhile(now.segments.find(({ number }) => number === segment.number));
      }
      const edit = { number: segment.number, before: segment.text };
      setDone((list) => [...list, edit]);
      toast(t("common.saved"), {
        action: {
          label: t("common.undo"),
          run: () => {
            write(segment.number, segment.text).catch(toastError);
            setDone((list) => withoutEdit(list, edit));
          },
        },
      });
    },
    [write, t, client, id],
  );

  const last = done.at(-1);
  const undo = last
    ? () => {
        setDone(withoutEdit(done, last));
        write(last.number, last.before).catch(toastError);
      }
    : undefined;
  return { save, undo };
}
