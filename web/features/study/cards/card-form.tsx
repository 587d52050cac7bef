/** Writing a card: its kind, both sides, what they look like, subject, tags and witness. */
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { useDraft } from "../../../ui/draft.ts";
import { SelectField, TextArea, TextField } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { subjectsQuery } from "../queries.ts";
import { CardPreview } from "./card-preview.tsx";
import { ChoiceFields } from "./choice-fields.tsx";
import { contentOf, EMPTY_DRAFT, KINDS, type Draft } from "./draft.ts";
import { FrontField } from "./front-field.tsx";
import { MediaButton } from "./media-button.tsx";
import { OcclusionEditor } from "./occlusion-editor.tsx";
import { QuotedWitness } from "./quoted-witness.tsx";

export type CardContent = ReturnType<typeof contentOf>;

export function CardForm({
  draftKey,
  start = EMPTY_DRAFT,
  kindIsFixed = false,
  submit,
  submitFirst = false,
  onSave,
  onCancel,
}: {
  /** Where it is kept until it is saved; undefined: nowhere. */
  draftKey?: string;
  start?: Draft;
  /** A card that is there keeps its kind. */
  kindIsFixed?: boolean;
  submit: string;
  /** The button has the focus: what is written is ready as it is. */
  submitFirst?: boolean;
  /** @throws Problem: its sentence and its fields are shown. */
  onSave: (content: CardContent, draft: Draft) => Promise<unknown>;
  onCancel?: () => void;
}) {
  const { t } = useTranslation();
  const { value: draft, type, drop } = useDraft<Draft>(draftKey, start);
  const { save, busy, error, wrong } = useSaving(async () => {
    await onSave(contentOf(draft), draft);
    drop();
  });
  const change = (changes: Partial<Draft>) => type((before) => ({ ...before, ...changes }));
  return (
    <form
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save(event);
      }}
      className="grid gap-5"
    >
      {!kindIsFixed && <KindField kind={draft.kind} onChange={(kind) => change({ kind })} />}
      {draft.kind === "occlusion" ? (
        <OcclusionEditor
          draft={draft}
          onChange={change}
          error={wrong("options") ?? wrong("front")}
        />
      ) : (
        <FrontField draft={draft} onChange={change} error={wrong("front")} />
      )}
      <AnswerFields draft={draft} onChange={change} wrong={wrong} />
      <div className="grid gap-5 sm:grid-cols-2">
        <SubjectField value={draft.subject} onChange={(subject) => change({ subject })} />
        <TextField
          label={t("study.card.tags")}
          hint={t("study.card.tagsHint")}
          error={wrong("tags")}
          value={draft.tags}
          onChange={(event) => change({ tags: event.target.value })}
        />
      </div>
      {draft.witness && (
        <QuotedWitness
          quote={draft.witness.shown.quote}
          title={draft.witness.shown.source.title}
          onRemove={() => change({ witness: undefined })}
        />
      )}
      <CardPreview draft={draft} />
      <ErrorNotice error={error} />
      <Buttons
        submit={submit}
        busy={busy}
        first={submitFirst && start.front !== ""}
        onCancel={
          onCancel &&
          (() => {
            drop();
            onCancel();
          })
        }
      />
    </form>
  );
}

function KindField({
  kind,
  onChange,
}: {
  kind: Draft["kind"];
  onChange: (kind: Draft["kind"]) => void;
}) {
  const { t } = useTranslation();
  return (
    <SelectField
      label={t("study.card.kind")}
      hint={t(`study.card.kindHints.${kind}`)}
      value={kind}
      onChange={(event) => onChange(event.target.value as Draft["kind"])}
    >
      {KINDS.map((one) => (
        <option key={one} value={one}>
          {t(`study.card.kinds.${one}`)}
        </option>
      ))}
    </SelectField>
  );
}

function Buttons({
  submit,
  busy,
  first,
  onCancel,
}: {
  submit: string;
  busy: boolean;
  first: boolean;
  onCancel: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {onCancel && <Button onClick={onCancel}>{t("common.cancel")}</Button>}
      <Button type="submit" variant="primary" busy={busy} autoFocus={first}>
        {submit}
      </Button>
    </div>
  );
}

function useSaving(work: () => Promise<unknown>) {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  return {
    error,
    busy,
    /** The sentence under a field. */
    wrong: (field: string) => (error instanceof Problem ? error.fieldError(field) : undefined),
    async save(event: { preventDefault: () => void }) {
      event.preventDefault();
      setBusy(true);
      setError(undefined);
      try {
        await work();
      } catch (problem) {
        setError(problem);
      } finally {
        setBusy(false);
      }
    },
  };
}

function AnswerFields({
  draft,
  onChange,
  wrong,
}: {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  wrong: (field: string) => string | undefined;
}) {
  const { t } = useTranslation();
  if (draft.kind === "choice")
    return (
      <ChoiceFields draft={draft} onChange={onChange} error={wrong("options") ?? wrong("back")} />
    );
  return (
    <>
      <div className="grid justify-items-start gap-2 *:first:w-full">
        <TextArea
          label={
            draft.kind === "cloze" || draft.kind === "occlusion"
              ? t("study.card.extra")
              : t("study.card.back")
          }
          rows={draft.kind === "typed" ? 1 : 3}
          error={wrong("back")}
          value={draft.back}
          onChange={(event) => onChange({ back: event.target.value })}
        />
        {draft.kind !== "typed" && (
          <MediaButton
            onAdded={(mark) => onChange({ back: `${draft.back}${draft.back && "\n"}${mark}` })}
          />
        )}
      </div>
      {draft.kind === "typed" && (
        <TextArea
          label={t("study.card.accepted")}
          hint={t("study.card.acceptedHint")}
          rows={2}
          error={wrong("options")}
          value={draft.accepted}
          onChange={(event) => onChange({ accepted: event.target.value })}
        />
      )}
    </>
  );
}

export function SubjectField({
  value,
  onChange,
}: {
  value: string;
  onChange: (subject: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const subjects = useQuery(subjectsQuery).data ?? [];
  return (
    <>
      <TextField
        label={t("common.subject")}
        list={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={id}>
        {subjects.map(({ subject }) => (
          <option key={subject} value={subject} />
        ))}
      </datalist>
    </>
  );
}
