/**
 * What another app gave to this one (share_target of the manifest): the service worker laid it aside. Any page of the
 * web could have posted such a form, so files are shown before they are taken.
 */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { NOT_LAID_ASIDE, takeShared } from "../../offline/shared.ts";
import { Button } from "../../ui/button.tsx";
import { keepDraft } from "../../ui/draft.ts";
import { bytes } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast } from "../../ui/toast.tsx";
import { addUploads } from "./uploads.ts";

export function SharePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [files, setFiles] = useState<File[]>();
  const toLibrary = () => void navigate({ to: "/library", replace: true });
  useEffect(() => {
    const missed = location.search.includes(NOT_LAID_ASIDE);
    void takeShared()
      .catch(() => ({ files: [], title: "", text: "", url: "" }))
      .then(async (shared) => {
        const { title, text, url } = shared;
        if (shared.files.length > 0) return setFiles(shared.files);
        // Many apps send a link as text.
        const link = url || /https?:\/\/\S+/.exec(text)?.[0];
        if (!link && !text) {
          toast(t(missed ? "offline.notLaidAside" : "offline.nothingShared"));
          return navigate({ to: "/library", replace: true });
        }
        const content = link === text.trim() ? "" : text;
        keepDraft("material:new", { title, subject: "", content, url: link ?? "" });
        return navigate({
          to: "/materials/new",
          search: link ? { kind: "web" } : {},
          replace: true,
        });
      });
  }, [navigate, t]);
  if (!files)
    return (
      <Page title={t("offline.sharing")}>
        <Spinner className="size-6 text-accent" />
      </Page>
    );
  return (
    <Page title={t("offline.sharing")}>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
        {files.map((file, number) => (
          <li key={number} className="flex flex-wrap gap-x-4 px-4 py-3">
            <span dir="auto" className="min-w-0 flex-1 break-words">
              {file.name}
            </span>
            <span className="text-sm text-soft">{bytes(file.size)}</span>
          </li>
        ))}
      </ul>
      <div className="mt-6 flex flex-wrap gap-2">
        <Button
          variant="primary"
          onClick={() => {
            addUploads(files);
            toLibrary();
          }}
        >
          {t("offline.addShared", { count: files.length })}
        </Button>
        <Button onClick={toLibrary}>{t("offline.dropShared")}</Button>
      </div>
    </Page>
  );
}
