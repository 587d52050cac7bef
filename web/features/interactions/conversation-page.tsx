import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowDown, ChevronLeft } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "#server/features/interactions/shapes.ts";
import { isMissing } from "../../api/problem.ts";
import { IconButton } from "../../ui/button.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { NotFoundPage } from "../shell/failed-page.tsx";
import { AnswerCard } from "./answer-card.tsx";
import { Composer } from "./composer.tsx";
import { ConversationMenu } from "./conversation-menu.tsx";
import { firstQuestions } from "./first-questions.ts";
import { FollowUps } from "./follow-ups.tsx";
import { MaterialsField, requested, type Materials } from "./materials-field.tsx";
import { conversationQuery, messagesQuery } from "./queries.ts";
import { QuestionCard } from "./question-card.tsx";
import { beforeLive, useAnswer } from "./use-answer.ts";

const route = getRouteApi("/app/tutor/$id");

export function ConversationPage() {
  const { id } = route.useParams();
  const conversation = useQuery(conversationQuery(id));
  if (isMissing(conversation.error)) return <NotFoundPage />;
  if (conversation.data) return <ConversationView key={id} conversation={conversation.data} />;
  return (
    <div className="mx-auto max-w-2xl px-4 py-10">
      {conversation.error ? (
        <ErrorNotice error={conversation.error} />
      ) : (
        <Spinner className="mx-auto size-6 text-accent" />
      )}
    </div>
  );
}

function ConversationView({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { id } = conversation;
  /** A message of the branch that is read; undefined means the newest branch. */
  const [branch, setBranch] = useState<string>();
  const newest = useCallback(() => setBranch(undefined), []);
  const messages = useQuery(messagesQuery(id, branch));
  const { live, error, ask, regenerate, stop } = useAnswer(id, newest);
  /** What the next answers may rest on; undefined: as the last question. */
  const [chosen, setChosen] = useState<Materials>();
  const shown = messages.data ?? [];
  const { end, away, toEnd } = useStayAtEnd([live?.text, live?.citations.length, shown.length]);

  useEffect(() => {
    document.title = `${conversation.title} · Little Monster`;
  }, [conversation.title]);
  useEffect(() => {
    const first = firstQuestions.get(id);
    if (!first) return;
    firstQuestions.delete(id);
    void ask(first.question, first.materials && requested(first.materials));
  }, [id]);

  const before = beforeLive(shown, live);
  const streaming = !live && shown.some(({ status }) => status === "streaming");
  const materials =
    chosen ?? shown.findLast(({ role }) => role === "user")?.materials ?? ("first" as const);
  // Without a language model there is nothing but the materials.
  const lastAnswer = shown.findLast(({ role }) => role === "assistant");
  const quotesOnly = lastAnswer?.engine === "quotes";
  const askNext = (question: string) => void ask(question, requested(materials));
  return (
    <div className="mx-auto flex min-h-[calc(100dvh-4rem)] w-full max-w-3xl flex-col px-4 sm:px-8 md:min-h-dvh">
      <Header conversation={conversation} />
      <ol className="grid flex-1 content-start gap-6 py-4" aria-label={t("tutor.messages")}>
        {before.map((message, index) => (
          <MessageCard
            key={message.id}
            message={message}
            subject={conversation.subject}
            question={before.slice(0, index).findLast(({ role }) => role === "user")}
            busy={live !== undefined}
            onBranch={setBranch}
            onAsk={ask}
            onRegenerate={regenerate}
          />
        ))}
        {live && (
          <>
            <QuestionCard
              message={{ content: live.question, id: live.questionId ?? "live", siblings: [] }}
              busy
              onBranch={setBranch}
            />
            <AnswerCard live={live} busy onBranch={setBranch} />
          </>
        )}
        {messages.isPending && <Spinner className="mx-auto size-6 text-accent" />}
      </ol>
      <ErrorNotice error={error ?? messages.error} />
      <div ref={end} />
      <div
        className={
          "sticky bottom-16 z-10 -mx-2 bg-linear-to-t from-paper from-70% px-2 pt-6 pb-3 " +
          "md:bottom-0 md:pb-6"
        }
      >
        {away && <ToEnd onClick={() => toEnd(true)} />}
        <FollowUps answer={live ? undefined : lastAnswer} onAsk={askNext} />
        <Composer
          draftKey={`ask:${id}`}
          busy={live !== undefined || streaming}
          onAsk={askNext}
          onStop={stop}
          autoFocus
        />
        {!quotesOnly && <MaterialsField value={materials} onChange={setChosen} />}
      </div>
    </div>
  );
}

function ToEnd({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <IconButton
      label={t("tutor.toEnd")}
      onClick={onClick}
      className={
        "absolute -top-6 left-1/2 -translate-x-1/2 rounded-full border border-line bg-surface " +
        "shadow-float"
      }
    >
      <ArrowDown className="size-4" aria-hidden="true" />
    </IconButton>
  );
}

/**
 * Stays at the end while the reader is there; whoever scrolled up is left alone.
 * @param grows what makes the page longer
 */
function useStayAtEnd(grows: unknown[]) {
  const end = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!end.current) return;
    const watch = new IntersectionObserver(([entry]) => setAway(!entry?.isIntersecting), {
      rootMargin: "160px",
    });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, []);
  const toEnd = (smooth = false) =>
    scrollTo({ top: document.documentElement.scrollHeight, behavior: smooth ? "smooth" : "auto" });
  useEffect(() => {
    if (!away) toEnd();
  }, grows);
  return { end, away, toEnd };
}

function Header({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  return (
    <header
      className={
        "sticky top-0 z-10 -mx-4 flex items-center gap-2 bg-paper/95 px-4 py-3 backdrop-blur " +
        "sm:-mx-8 sm:px-8 lg:py-5"
      }
    >
      <Link
        to="/tutor"
        search={{}}
        aria-label={t("tutor.conversations")}
        className="-ml-2 flex size-10 items-center justify-center rounded-lg text-soft hover:bg-sunken lg:hidden"
      >
        <ChevronLeft className="size-5" aria-hidden="true" />
      </Link>
      <div className="min-w-0 flex-1">
        <h1 className="truncate font-semibold">{conversation.title}</h1>
        {(conversation.subject || conversation.source_id) && (
          <p className="truncate text-xs text-soft">
            {conversation.subject
              ? t("tutor.onSubject", { subject: conversation.subject })
              : t("tutor.onSource")}
          </p>
        )}
      </div>
      <ConversationMenu conversation={conversation} />
    </header>
  );
}

function MessageCard({
  message,
  question,
  subject,
  busy,
  onBranch,
  onAsk,
  onRegenerate,
}: {
  message: Message;
  /** What an answer answers. */
  question: Message | undefined;
  subject: string | null;
  busy: boolean;
  onBranch: (id: string) => void;
  onAsk: ReturnType<typeof useAnswer>["ask"];
  onRegenerate: ReturnType<typeof useAnswer>["regenerate"];
}) {
  if (message.role === "user")
    return (
      <QuestionCard
        message={message}
        busy={busy}
        onBranch={onBranch}
        onEdit={(text) =>
          void onAsk(text, { edit_of: message.id, ...requested(message.materials) })
        }
      />
    );
  return (
    <AnswerCard
      message={message}
      {...(question ? { asked: { question: question.content, subject } } : {})}
      busy={busy}
      onBranch={onBranch}
      onRegenerate={() => question && void onRegenerate(message.id, question)}
    />
  );
}
