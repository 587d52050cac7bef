/** Of a file with several sound tracks, which one is heard: the one with speech, unless the student names another. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";

export function SoundTrack({
  recording,
  onTranscribe,
}: {
  recording: Recording;
  /** Another track is heard when it is transcribed again. */
  onTranscribe: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (sound_track: number) =>
      request(`/recordings/${recording.id}`, { method: "PATCH", json: { sound_track } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["recording", recording.id] }),
  });
  const tracks = recording.sound_tracks ?? [];
  if (tracks.length < 2) return null;
  return (
    <div className="grid gap-2">
      <SelectField
        label={t("soundTrack.label")}
        hint={t("soundTrack.hint")}
        value={change.isPending ? change.variables : (recording.sound_track ?? 0)}
        disabled={change.isPending}
        onChange={({ currentTarget }) => change.mutate(Number(currentTarget.value))}
        className="max-w-xs"
      >
        {tracks.map(({ number, name, language, codec, readable }) => (
          <option key={number} value={number} disabled={!readable}>
            {[
              t("soundTrack.track", { number: number + 1 }),
              name,
              language,
              readable ? codec : t("soundTrack.unreadable", { codec }),
            ]
              .filter(Boolean)
              .join(" · ")}
          </option>
        ))}
      </SelectField>
      {change.isSuccess && (
        <Notice action={<Button onClick={onTranscribe}>{t("transcription.again")}</Button>}>
          {t("soundTrack.changed")}
        </Notice>
      )}
      {change.error && <ErrorNotice error={change.error} />}
    </div>
  );
}
