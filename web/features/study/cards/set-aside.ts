import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../../api/client.ts";
import { toast, toastError } from "../../../ui/toast.tsx";

type Change = { suspended: boolean } | { buried: boolean };

/** Suspends or buries cards, or takes that back; the toast undoes it. */
export function useSetAside() {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useCallback(
    async (ids: string[], change: Change) => {
      const send = async (json: Change) => {
        for (let at = 0; at < ids.length; at += 1000)
          await request("/cards", {
            method: "PATCH",
            json: { ids: ids.slice(at, at + 1000), ...json },
          });
        await client.invalidateQueries({ queryKey: ["cards"] });
        await client.invalidateQueries({ queryKey: ["card"] });
      };
      const [name, on] =
        "suspended" in change
          ? (["suspended", change.suspended] as const)
          : (["buried", change.buried] as const);
      const done = on ? name : name === "suspended" ? "unsuspended" : "unburied";
      try {
        await send(change);
      } catch (error) {
        toastError(error);
        return;
      }
      toast(t(`study.cards.${done}`, { count: ids.length }), {
        action: {
          label: t("common.undo"),
          run: () =>
            void send(name === "suspended" ? { suspended: !on } : { buried: !on }).catch(
              toastError,
            ),
        },
      });
    },
    [client, t],
  );
}
