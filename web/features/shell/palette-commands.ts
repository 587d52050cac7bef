import { useQuery } from "@tanstack/react-query";
import { useNavigate, type LinkProps } from "@tanstack/react-router";
import {
  BookOpen,
  GraduationCap,
  Keyboard,
  Library,
  MessagesSquare,
  Mic,
  Moon,
  NotebookPen,
  Search,
  Settings,
  ShieldCheck,
  Sun,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../api/session.ts";
import { setAppearance } from "../../appearance.ts";
import { subjectsQuery } from "../study/queries.ts";

export interface Command {
  id: string;
  group: "actions" | "places" | "subjects" | "found";
  icon: LucideIcon;
  label: string;
  run: () => void;
}

export function usePaletteCommands(showKeys: () => void): Command[] {
  const { t } = useTranslation();
  const { user } = useSession();
  const navigate = useNavigate();
  const subjects = useQuery(subjectsQuery).data ?? [];
  const isDark = document.documentElement.dataset["theme"] === "dark";
  const place = (id: string, icon: LucideIcon, label: string, link: LinkProps): Command => ({
    id,
    group: "places",
    icon,
    label,
    run: () => void navigate(link),
  });
  const action = (id: string, icon: LucideIcon, label: string, run: () => void): Command => ({
    id,
    group: "actions",
    icon,
    label,
    run,
  });
  return [
    action(
      "note",
      NotebookPen,
      t("palette.newNote"),
      () => void navigate({ to: "/materials/new" }),
    ),
    action(
      "ask",
      MessagesSquare,
      t("palette.newConversation"),
      () => void navigate({ to: "/tutor", search: {} }),
    ),
    action("record", Mic, t("palette.record"), () => void navigate({ to: "/record" })),
    action("theme", isDark ? Sun : Moon, t(isDark ? "palette.light" : "palette.dark"), () =>
      setAppearance(isDark ? "light" : "dark"),
    ),
    action("keys", Keyboard, t("palette.keys"), showKeys),
    place("today", Sun, t("shell.today"), { to: "/" }),
    place("library", Library, t("shell.library"), { to: "/library", search: {} }),
    place("learn", GraduationCap, t("shell.learn"), { to: "/learn" }),
    place("tutor", MessagesSquare, t("shell.tutor"), { to: "/tutor", search: {} }),
    place("search", Search, t("shell.search"), { to: "/search", search: {} }),
    place("settings", Settings, t("shell.settings"), { to: "/settings", search: {} }),
    ...(user?.role === "administrator"
      ? [
          place("administration", ShieldCheck, t("shell.administration"), {
            to: "/administration",
            search: {},
          }),
        ]
      : []),
    ...subjects.map(({ subject }) => ({
      id: `subject ${subject}`,
      group: "subjects" as const,
      icon: BookOpen,
      label: subject,
      run: () => void navigate({ to: "/learn/subjects/$subject", params: { subject } }),
    })),
  ];
}
