/** A material's text with anchors for its pages, and the original beside it where there is one. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import {
  Ellipsis,
  FileDown,
  GraduationCap,
  Layers,
  FileText,
  MessagesSquare,
  Pencil,
  Settings2,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { addressOf } from "../../../api/client.ts";
import { failureSentence } from "../../../api/failure-sentence.ts";
import { isMissing } from "../../../api/problem.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { useKeepAction } from "../../../offline/keep-action.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button, IconButton } from "../../../ui/button.tsx";
import { hasDraft } from "../../../ui/draft.ts";
import { moment } from "../../../ui/format.ts";
import { Menu } from "../../../ui/menu.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { NotFoundPage } from "../../shell/failed-page.tsx";
import { useRememberedPage } from "../../study/today/remember-place.ts";
import { DetailsDialog } from "../details-dialog.tsx";
import { materialQuery } from "../queries.ts";
import { ListenButton } from "../speech/listen.tsx";
import { TextEncoding } from "../text-encoding.tsx";
import { useThrowAway } from "../use-throw-away.ts";
import { MaterialContent, type View } from "./material-content.tsx";
import { NoteEditor, noteDraft } from "./note-editor.tsx";
import { useUnsentNotes } from "./note-outbox.ts";
import { PictureNotice } from "./picture-notice.tsx";

const route = getRouteApi("/app/materials/$id");

export function MaterialPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const material = useQuery(materialQuery(id));
  if (isMissing(material.error)) return <NotFoundPage />;
  if (material.data) return <MaterialView key={id} material={material.data} />;
  return (
    <Page title={t("material.title")}>
      {material.error ? (
        <ErrorNotice error={material.error} />
      ) : (
        <Spinner className="mx-auto size-6 text-accent" />
      )}
    </Page>
  );
}

type Dialog = "details";

function MaterialView({ material: stored }: { material: StudyMaterial }) {
  // As it was changed here without a network, until it is sent.
  const unsent = useUnsentNotes().changed.find(({ id }) => id === stored.id);
  const material = unsent ? { ...stored, content: unsent.content } : stored;
  const { t } = useTranslation();
  useRememberedPage(material.id);
  const [dialog, setDialog] = useState<Dialog>();
  const [editing, setEditing] = useState(() => hasDraft(noteDraft(material.id)));
  const [view, setView] = useState<View>(hasOriginal(material) ? "original" : "text");
  const [beside, setBeside] = useState(() => matchMedia("(min-width: 1100px)").matches);
  const { status } = material;
  return (
    <Page
      title={material.title}
      width="two"
      lead={<Lead material={material} />}
      actions={
        <Actions
          material={material}
          onEdit={editing ? undefined : () => setEditing(true)}
          onDialog={setDialog}
        />
      }
    >
      <div className="grid gap-6">
        {(status === "pending" || status === "processing") && (
          <div role="status" className="rounded-2xl border border-line bg-surface p-5">
            <p className="mb-3 text-soft">{t("material.readingText")}</p>
            <ProgressBar label={t("material.reading")} />
          </div>
        )}
        {unsent && <Notice>{t("offline.unsentNotes", { count: 1 })}</Notice>}
        {status === "failed" && (
          <Notice tone="error">
            {failureSentence(material.error_code, material.error_message)}
          </Notice>
        )}
        <PagesNotice pages={material.pages_without_text} sentence="pagesWithoutText" />
        <PagesNotice pages={material.pages_recognised} sentence="pagesRecognised" />
        <TextEncoding
          path={`/study-materials/${material.id}`}
          encoding={material.text_encoding}
          foundBy={material.text_encoding_found_by}
          stale={[["study-material", material.id]]}
        />
        <PictureNotice material={material} onDetails={() => setDialog("details")} />
        {hasOriginal(material) && (
          <Segmented
            label={t("material.view")}
            value={view}
            options={(["original", "text"] as const).map((value) => ({
              value,
              label: (
                <>
                  <FileText className="size-4" aria-hidden="true" />{" "}
                  {value === "original" && material.kind === "image"
                    ? t("material.kinds.image")
                    : t(`material.${value}`)}
                </>
              ),
            }))}
            onChange={setView}
            className="justify-self-start"
          />
        )}
        {editing ? (
          <NoteEditor material={material} onEnd={() => setEditing(false)} />
        ) : (
          <MaterialContent material={material} view={view} beside={beside} onBeside={setBeside} />
        )}
      </div>
      <Dialogs material={material} dialog={dialog} onClose={() => setDialog(undefined)} />
    </Page>
  );
}

const hasOriginal = ({ kind }: StudyMaterial) => kind === "pdf" || kind === "image";

function Lead({ material }: { material: StudyMaterial }) {
  const { t } = useTranslation();
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span>{t(`material.kinds.${material.kind}`)}</span>
      {material.page_count ? (
        <span>{t("material.pages", { count: material.page_count })}</span>
      ) : null}
      <span>{moment(material.created_at)}</span>
      {material.subject && <Badge>{material.subject}</Badge>}
      {material.source_url && (
        <a
          href={material.source_url}
          rel="noreferrer noopener"
          target="_blank"
          className="max-w-full truncate text-accent-ink underline underline-offset-4"
        >
          {material.source_url}
        </a>
      )}
    </span>
  );
}

function Actions({
  material,
  onEdit,
  onDialog,
}: {
  material: StudyMaterial;
  /** Undefined while the note is edited. */
  onEdit: (() => void) | undefined;
  onDialog: (dialog: Dialog) => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id, kind, title } = material;
  const keepAction = useKeepAction({ kind: "study_material", item: material });
  const throwAway = useThrowAway({ kind: "study_material", id }, title);
  const download = () =>
    void ensureMediaCookie().then(() =>
      location.assign(addressOf(`/study-materials/${id}/file`, { download: true })),
    );
  return (
    <>
      {material.content && <ListenButton source={{ kind: "study_material", id }} title={title} />}
      <Button
        onClick={() =>
          void navigate({
            to: "/tutor",
            search: { source_kind: "study_material", source_id: id, source_title: title },
          })
        }
      >
        <MessagesSquare className="size-4" aria-hidden="true" /> {t("recording.ask")}
      </Button>
      {kind === "note" && onEdit && (
        <Button onClick={onEdit}>
          <Pencil className="size-4" aria-hidden="true" /> {t("common.edit")}
        </Button>
      )}
      <Menu
        trigger={
          <IconButton label={t("common.more")}>
            <Ellipsis className="size-5" aria-hidden="true" />
          </IconButton>
        }
        actions={[
          {
            label: t("room.learn"),
            icon: GraduationCap,
            disabled: material.content === "",
            run: () => void navigate({ to: "/learn/overview", search: { material: id } }),
          },
          {
            label: t("room.cards"),
            icon: Layers,
            run: () => void navigate({ to: "/learn", search: { source_id: id } }),
          },
          "line",
          { label: t("library.details"), icon: Settings2, run: () => onDialog("details") },
          kind !== "note" && { label: t("material.download"), icon: FileDown, run: download },
          keepAction,
          "line",
          throwAway,
        ]}
      />
    </>
  );
}

function Dialogs({
  material,
  dialog,
  onClose,
}: {
  material: StudyMaterial;
  dialog: Dialog | undefined;
  onClose: () => void;
}) {
  const entry = { kind: "study_material", item: material } as const;
  if (dialog === "details") return <DetailsDialog entry={entry} onClose={onClose} />;
  return null;
}

function PagesNotice({
  pages = [],
  sentence,
}: {
  pages: number[] | undefined;
  sentence: "pagesWithoutText" | "pagesRecognised";
}) {
  const { t } = useTranslation();
  if (pages.length === 0) return null;
  return (
    <Notice tone="warning">
      {t(`material.${sentence}`, { count: pages.length, pages: pages.slice(0, 20).join(", ") })}
    </Notice>
  );
}
