/** "Listen": a text is read aloud by the bar at the foot of the page (reading-bar.tsx). */
import { Volume2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, type ButtonSize } from "../../../ui/button.tsx";
import { readAloud, type ListenSource } from "./reading.ts";

export function ListenButton({
  source,
  title,
  label,
  iconOnly = false,
  size,
}: {
  source: ListenSource;
  title: string;
  /** Left out: "Listen". */
  label?: string;
  iconOnly?: boolean;
  size?: ButtonSize;
}) {
  const { t } = useTranslation();
  const start = () => readAloud({ source, title });
  const icon = <Volume2 className="size-4" aria-hidden="true" />;
  if (iconOnly)
    return (
      <IconButton label={label ?? t("speech.listen")} size={size ?? "small"} onClick={start}>
        {icon}
      </IconButton>
    );
  return (
    <Button onClick={start} size={size ?? "medium"}>
      {icon} {label ?? t("speech.listen")}
    </Button>
  );
}
