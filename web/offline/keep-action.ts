import { CloudDownload, CloudOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { SaidError } from "../api/problem.ts";
import type { MenuAction } from "../ui/menu.tsx";
import { toast, toastError } from "../ui/toast.tsx";
import { dropThing, keep, useCanKeep, useKeptThings, type Thing } from "./kept-things.ts";

/** For the menu of a recording or document; false where the browser cannot keep anything. */
export function useKeepAction(thing: Thing): MenuAction | false {
  const { t } = useTranslation();
  const { id } = thing.item;
  const canKeep = useCanKeep();
  const kept = useKeptThings().some((one) => one.id === id);
  if (!canKeep) return false;
  if (kept)
    return {
      label: t("offline.drop"),
      icon: CloudOff,
      run: () => void dropThing(id).then(() => toast(t("offline.dropped")), toastError),
    };
  return {
    label: t("offline.keep"),
    icon: CloudDownload,
    run: () => {
      toast(t("offline.keeping"));
      keep(thing).then(
        () => toast(t("offline.kept")),
        (error: unknown) => toastError(isFull(error) ? new SaidError(t("offline.full")) : error),
      );
    },
  };
}

function isFull(error: unknown) {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
