/** A card of an answer, or of what is marked in it. */
import { SquarePlus } from "lucide-react";
import { Suspense, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "#server/features/interactions/shapes.ts";
import { lazyPart } from "../../lazy-part.tsx";
import { IconButton } from "../../ui/button.tsx";

const CardOfAnswer = lazyPart(
  () => import("../study/cards/card-of-answer.tsx"),
  "CardOfAnswer",
  "study",
);

export function MakeCardButton({
  message,
  question,
  subject,
  area,
}: {
  message: Message;
  question: string;
  subject: string | null;
  /** What is marked in here is meant. */
  area: RefObject<HTMLElement | null>;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<{ marked: string | undefined }>();
  function press() {
    const selection = getSelection();
    const inside =
      selection && !selection.isCollapsed && area.current?.contains(selection.anchorNode);
    setOpen({ marked: inside ? selection.toString().trim() || undefined : undefined });
  }
  return (
    <>
      <IconButton
        label={t("tutor.makeCard")}
        size="small"
        // The words stay marked when the button is pressed.
        onPointerDown={(event) => event.preventDefault()}
        onClick={press}
      >
        <SquarePlus className="size-4" aria-hidden="true" />
      </IconButton>
      {open && (
        <Suspense>
          <CardOfAnswer
            question={question}
            answer={message.content}
            marked={open.marked}
            citations={message.citations}
            subject={subject}
            onClose={() => setOpen(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}
