import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/button.tsx";

/** Words that a new card will rest on; the server checks that they stand in the source. */
export function QuotedWitness({
  quote,
  title,
  onRemove,
}: {
  quote: string;
  title: string;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  return (
    <figure className="flex items-start gap-2 rounded-xl border border-line bg-sunken/50 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1">
        <figcaption className="mb-1 font-medium">{t("study.witness.of", { title })}</figcaption>
        <blockquote className="line-clamp-4 text-soft">“{quote}”</blockquote>
      </div>
      <IconButton label={t("study.witness.remove")} size="small" onClick={onRemove}>
        <X className="size-4" aria-hidden="true" />
      </IconButton>
    </figure>
  );
}
