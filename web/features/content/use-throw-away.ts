import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { MenuAction } from "../../ui/menu.tsx";
import { throwAway, type Thing } from "./throw-away.ts";

/** For the menu of the thing's own page, which is left. */
export function useThrowAway(thing: Thing, title: string): MenuAction {
  const { t } = useTranslation();
  const navigate = useNavigate();
  async function run() {
    if (await throwAway([thing], title)) await navigate({ to: "/library" });
  }
  return { label: t("common.delete"), icon: Trash2, danger: true, run: () => void run() };
}
