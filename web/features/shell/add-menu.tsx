/** On a phone, everything that can be added is behind one "+". */
import { useNavigate } from "@tanstack/react-router";
import { Camera, FileUp, Globe, Mic, NotebookPen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Menu } from "../../ui/menu.tsx";
import { photograph, pickFiles } from "../content/pick-files.ts";
import { AddButton } from "./add-button.tsx";

export function AddMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Menu
      trigger={<AddButton />}
      actions={[
        { label: t("library.record"), icon: Mic, run: () => void navigate({ to: "/record" }) },
        { label: t("library.upload"), icon: FileUp, run: pickFiles },
        { label: t("library.photograph"), icon: Camera, run: photograph },
        {
          label: t("library.newNote"),
          icon: NotebookPen,
          run: () => void navigate({ to: "/materials/new", search: {} }),
        },
        {
          label: t("library.newLink"),
          icon: Globe,
          run: () => void navigate({ to: "/materials/new", search: { kind: "web" } }),
        },
      ]}
    />
  );
}
