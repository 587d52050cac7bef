/** What another app gave to this one (share_target of the manifest): the service worker laid it aside. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { takeShared } from "../../offline/shared.ts";
import { keepDraft } from "../../ui/draft.ts";
import { Page } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast } from "../../ui/toast.tsx";
import { addUploads } from "./uploads.ts";

export function SharePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useEffect(() => {
    void takeShared().then(async ({ files, title, text, url }) => {
      if (files.length > 0) {
        addUploads(files);
        return navigate({ to: "/library", replace: true });
      }
      // Many apps send a link as text.
      const link = url || /https?:\/\/\S+/.exec(text)?.[0];
      if (!link && !text) {
        toast(t("offline.nothingShared"));
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
  return (
    <Page title={t("offline.sharing")}>
      <Spinner className="size-6 text-accent" />
    </Page>
  );
}
