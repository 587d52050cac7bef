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
    <ul aria-label={t("followUps.title")} className="mb-2 flex flex-wrap gap-2">
      {questions.map((question) => (
        <li key={question}>
          <Button size="small" onClick={() => onAsk(question)}>
            {question}
          </Button>
        </li>
      ))}
    </ul>
  );
}
