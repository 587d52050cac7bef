/** What can be done with the chosen things at once. */
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { splitWords } from "../../ui/split-words.ts";
import { toast, toastError } from "../../ui/toast.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import type { LibraryItem } from "./library-items.ts";
import { readLibraryAgain } from "./queries.ts";
import type { Selection } from "./selection.ts";
import { SubjectField } from "./subject-field.tsx";
import { throwAway } from "./throw-away.ts";

const thingsOf = (chosen: LibraryItem[]) => chosen.map(({ kind, item }) => ({ kind, id: item.id }));

export function SelectionBar({ selection }: { selection: Selection }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<"subject" | "tags" | "transcribe">();
  const { chosen, all, end } = selection;
  const recordings = chosen.filter(({ kind }) => kind === "recording");
  const none = chosen.length === 0;
  return (
    <Toolbar label={t("library.chosen", { count: chosen.length })}>
      <span role="status" className="me-auto px-1 text-sm font-medium">
        {t("library.chosen", { count: chosen.length })}
      </span>
      <Button size="small" onClick={all}>
        {t("library.chooseAll")}
      </Button>
      <Button size="small" disabled={none} onClick={() => setDialog("subject")}>
        {t("library.move")}
      </Button>
      <Button size="small" disabled={none} onClick={() => setDialog("tags")}>
        {t("library.tags")}
      </Button>
      {recordings.length > 0 && (
        <Button size="small" onClick={() => setDialog("transcribe")}>
          {t("library.transcribeAgain")}
        </Button>
      )}
      <Button
        size="small"
        variant="danger"
        disabled={none}
        onClick={() => void throwAway(thingsOf(chosen)).then((done) => done && end())}
      >
        {t("common.delete")}
      </Button>
      <Button size="small" variant="plain" onClick={end}>
        {t("library.chooseEnd")}
      </Button>
      {(dialog === "subject" || dialog === "tags") && (
        <ChangeDialog
          what={dialog}
          chosen={chosen}
          onClose={() => setDialog(undefined)}
          onDone={end}
        />
      )}
      {dialog === "transcribe" && (
        <TranscribeDialog
          ids={recordings.map(({ item }) => item.id)}
          onClose={() => setDialog(undefined)}
          onDone={end}
        />
      )}
    </Toolbar>
  );
}

function ChangeDialog({
  what,
  chosen,
  onClose,
  onDone,
}: {
  what: "subject" | "tags";
  chosen: LibraryItem[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const tagsOf = (field: FormDataEntryValue | null) => splitWords(String(field ?? ""));
  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const values =
      what === "subject"
        ? { subject: String(form.get("subject")).trim() || null }
        : { add_tags: tagsOf(form.get("add")), remove_tags: tagsOf(form.get("remove")) };
    setBusy(true);
    try {
      const things = thingsOf(chosen);
      for (let at = 0; at < things.length; at += 200)
        await request("/library", {
          method: "PATCH",
          json: { items: things.slice(at, at + 200), ...values },
        });
      await readLibraryAgain();
      toast(t("common.saved"));
      onClose();
      onDone();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t(what === "subject" ? "library.move" : "library.tags")}
    >
      <form onSubmit={(event) => void save(event)} className="grid gap-4 pt-2">
        {what === "subject" ? (
          <SubjectField label={t("common.subject")} hint={t("library.moveHint")} name="subject" />
        ) : (
          <>
            <TextField label={t("library.addTags")} hint={t("library.tagsHint")} name="add" />
            <TextField label={t("library.removeTags")} name="remove" />
          </>
        )}
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** One after the other: a bound on waiting jobs refuses the rest, and what has begun goes on. */
function TranscribeDialog({
  ids,
  onClose,
  onDone,
}: {
  ids: string[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  async function start() {
    setBusy(true);
    let begun = 0;
    try {
      for (const id of ids) {
        // Several at once are for later.
        await request(`/recordings/${id}/transcribe`, {
          method: "POST",
          json: ids.length > 1 ? { priority: "low" } : {},
        });
        begun += 1;
      }
      onDone();
    } catch (error) {
      toastError(error);
    }
    if (begun > 0) toast(t("library.transcribing", { count: begun }));
    onClose();
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t("library.transcribeAgain")}
      description={t("library.transcribeText", { count: ids.length })}
      confirm={t("library.transcribeAgain")}
      busy={busy}
      onConfirm={() => void start()}
    />
  );
}
