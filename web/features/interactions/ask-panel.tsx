/** The tutor beside a source: one conversation about it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import { request } from "../../api/client.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { AnswerCard } from "./answer-card.tsx";
import { Composer } from "./composer.tsx";
import { firstQuestions } from "./first-questions.ts";
import { messagesQuery } from "./queries.ts";
import { QuestionCard } from "./question-card.tsx";
import { beforeLive, useAnswer } from "./use-answer.ts";

export function AskPanel({
  sourceKind,
  sourceId,
}: {
  sourceKind: "recording" | "study_material";
  sourceId: string;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [conversationId, setConversationId] = useState<string>();
  const begin = useMutation({
    mutationFn: async (question: string) => {
      const made = await request<Conversation>("/conversations", {
        method: "POST",
        json: { source_kind: sourceKind, source_id: sourceId },
      });
      firstQuestions.set(made.id, { question });
      return made.id;
    },
    onSuccess: (id) => {
      setConversationId(id);
      void client.invalidateQueries({ queryKey: ["conversations"] });
    },
  });
  if (conversationId) return <Asked id={conversationId} />;
  return (
    <div className="grid gap-3">
      <p className="text-sm text-soft">{t("room.askLead")}</p>
      <ErrorNotice error={begin.error} />
      <Composer
        draftKey={`ask:${sourceKind}:${sourceId}`}
        busy={begin.isPending}
        onAsk={(question) => begin.mutate(question)}
      />
    </div>
  );
}

function Asked({ id }: { id: string }) {
  const { t } = useTranslation();
  const messages = useQuery(messagesQuery(id, undefined));
  const { live, error, ask, stop } = useAnswer(id, stay);
  useEffect(() => {
    const first = firstQuestions.get(id);
    if (!first) return;
    firstQuestions.delete(id);
    void ask(first.question);
  }, [id]);
  const shown = beforeLive(messages.data ?? [], live);
  return (
    <div className="grid gap-4">
      <ol className="grid gap-4" aria-label={t("tutor.messages")}>
        {shown.map((message) =>
          message.role === "user" ? (
            <QuestionCard key={message.id} message={message} busy onBranch={stay} />
          ) : (
            <AnswerCard key={message.id} message={message} busy onBranch={stay} />
          ),
        )}
        {live && (
          <>
            <QuestionCard
              message={{ content: live.question, id: live.questionId ?? "live", siblings: [] }}
              busy
              onBranch={stay}
            />
            <AnswerCard live={live} busy onBranch={stay} />
          </>
        )}
      </ol>
      <ErrorNotice error={error ?? messages.error} />
      <Composer
        draftKey={`ask:${id}`}
        busy={live !== undefined}
        onAsk={(question) => void ask(question)}
        onStop={stop}
      />
      <Link
        to="/tutor/$id"
        params={{ id }}
        search={{}}
        className="justify-self-end text-sm text-accent-ink underline underline-offset-4"
      >
        {t("room.openTutor")}
      </Link>
    </div>
  );
}

/** Versions of a question and an answer are read in the tutor. */
function stay() {}
