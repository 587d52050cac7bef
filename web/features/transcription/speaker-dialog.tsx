/** Who speaks here: a name for this span, or for everything that this voice says. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  Segment,
  SpeakerNaming,
  TranscriptionWithSegments as Transcription,
} from "#server/features/transcription/shapes.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";

/** `start` asks who speaks in these segments. */
export function useSpeakerNaming({ id, segments }: Transcription) {
  const [asked, setAsked] = useState<Segment[]>();
  const dialog = asked && (
    <SpeakerDialog
      transcriptionId={id}
      segments={asked}
      names={[...new Set(segments.flatMap(({ speaker }) => speaker ?? []))]}
      done={() => setAsked(undefined)}
    />
  );
  return { start: setAsked, dialog };
}

function SpeakerDialog({
  transcriptionId,
  segments,
  names,
  done,
}: {
  transcriptionId: string;
  /** The span. */
  segments: Segment[];
  /** Who speaks elsewhere, offered while typing. */
  names: string[];
  done: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { speaker, number: first } = segments[0]!;
  const [name, setName] = useState(speaker ?? "");
  const [everywhere, setEverywhere] = useState(speaker !== null);
  const save = useMutation({
    mutationFn: () => {
      const given = name.trim() || null;
      const json: SpeakerNaming =
        everywhere && speaker !== null
          ? { speaker, name: given }
          : { first, last: segments.at(-1)!.number, name: given };
      return request(`/transcriptions/${transcriptionId}/speakers`, { method: "PATCH", json });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["transcription", transcriptionId] });
      done();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && done()}
      title={t("transcription.speaker.title")}
      description={t("transcription.speaker.lead")}
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <ErrorNotice error={save.error} />
        <TextField
          label={t("transcription.speaker.name")}
          value={name}
          maxLength={200}
          list="speakers"
          onChange={(event) => setName(event.target.value)}
        />
        <datalist id="speakers">
          {names.map((known) => (
            <option key={known} value={known} />
          ))}
        </datalist>
        {speaker !== null && (
          <CheckField
            label={t("transcription.speaker.everywhere", { speaker })}
            checked={everywhere}
            onChange={(event) => setEverywhere(event.target.checked)}
          />
        )}
        <Button type="submit" variant="primary" busy={save.isPending}>
          {t("common.save")}
        </Button>
      </form>
    </Dialog>
  );
}
