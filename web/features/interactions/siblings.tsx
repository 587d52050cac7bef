import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../ui/button.tsx";

/** Other versions of a question or an answer: each leads to its own branch. */
export function Siblings({
  id,
  siblings,
  onBranch,
}: {
  id: string;
  siblings: string[];
  onBranch: (id: string) => void;
}) {
  const { t } = useTranslation();
  if (siblings.length < 2) return null;
  const at = siblings.indexOf(id);
  const [previous, next] = [siblings[at - 1], siblings[at + 1]];
  return (
    <span className="flex items-center text-xs text-soft tabular-nums">
      <IconButton
        label={t("tutor.previousVersion")}
        size="small"
        disabled={!previous}
        onClick={() => previous && onBranch(previous)}
      >
        <ChevronLeft className="size-4" aria-hidden="true" />
      </IconButton>
      {at + 1}/{siblings.length}
      <IconButton
        label={t("tutor.nextVersion")}
        size="small"
        disabled={!next}
        onClick={() => next && onBranch(next)}
      >
        <ChevronRight className="size-4" aria-hidden="true" />
      </IconButton>
    </span>
  );
}
