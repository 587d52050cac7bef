import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button.tsx";

export function FollowUpChips({
  questions,
  onAsk,
}: {
  questions: string[];
  onAsk: (question: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <ul
      aria-label={t("followUps.title")}
      className="mb-2 flex gap-2 overflow-x-auto p-0.5 sm:flex-wrap"
    >
      {questions.map((question) => (
        <li key={question} className="shrink-0">
          <Button size="small" onClick={() => onAsk(question)}>
            {question}
          </Button>
        </li>
      ))}
    </ul>
  );
}
