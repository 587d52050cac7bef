/**
 * Asks, and shows the answer as it comes. The server writes it to its end and stores it whether or not anybody still
 * listens.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { AnswerEvent, Citation, Message } from "#server/features/interactions/shapes.ts";
import { send } from "../../api/client.ts";
import { failureSentence } from "../../api/failure-sentence.ts";
import { Problem } from "../../api/problem.ts";
import { readServerSent } from "../../api/server-sent.ts";
import { i18n } from "../../i18n.ts";

export interface LiveAnswer {
  question: string;
  /** The question that is edited or answered again: it and what follows make way. */
  insteadOf: string | undefined;
  questionId: string | undefined;
  messageId: string | undefined;
  text: string;
  citations: Citation[];
}

/** The stored messages before the pair that is being written, which is shown live instead. */
export function beforeLive(shown: Message[], live: LiveAnswer | undefined) {
  if (!live) return shown;
  const settled = shown.filter(
    (message) =>
      message.id !== live.messageId &&
      message.id !== live.questionId &&
      message.status !== "streaming",
  );
  const until = settled.findIndex((message) => message.id === live.insteadOf);
  return until >= 0 ? settled.slice(0, until) : settled;
}

const EMPTY = { questionId: undefined, messageId: undefined, text: "", citations: [] };

export function useAnswer(conversationId: string, onStored: () => void) {
  const client = useQueryClient();
  const [live, setLive] = useState<LiveAnswer>();
  const [error, setError] = useState<Problem>();
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const run = useCallback(
    async (path: string, body: unknown, question: string, insteadOf?: string) => {
      const stop = new AbortController();
      abort.current?.abort();
      abort.current = stop;
      setError(undefined);
      setLive({ question, insteadOf, ...EMPTY });
      try {
        for await (const event of askFor(path, body, stop.signal))
          setLive((answer) => answer && grown(answer, event));
      } catch (reason) {
        if (stop.signal.aborted) return;
        setError(reason instanceof Problem ? reason : cutOff());
      }
      onStored();
      await client.invalidateQueries({ queryKey: ["messages", conversationId] });
      await client.invalidateQueries({ queryKey: ["conversations"] });
      if (abort.current === stop) setLive(undefined);
    },
    [client, conversationId, onStored],
  );

  const path = `/conversations/${conversationId}`;
  return {
    live,
    error,
    ask: (
      content: string,
      options: { edit_of?: string; use_materials?: boolean; materials_only?: boolean } = {},
    ) => run(`${path}/messages`, { content, ...options }, content, options.edit_of),
    regenerate: (messageId: string, { id, content }: Message) =>
      run(`${path}/messages/${messageId}/regenerate`, undefined, content, id),
    stop: () => void send(`${path}/stop`, { method: "POST" }).catch(() => {}),
  };
}

/** @throws Problem when the stream ends too early, or with a failure that no stored message tells. */
async function* askFor(path: string, json: unknown, signal: AbortSignal) {
  const response = await send(path, {
    method: "POST",
    json,
    headers: { Accept: "text/event-stream" },
    signal,
  });
  let ended = false;
  for await (const { event, data } of readServerSent(response)) {
    const given = { event, data: JSON.parse(data) } as AnswerEvent;
    if (given.event === "error" && !given.data.message)
      throw new Problem({
        status: 500,
        code: given.data.code,
        sentence: failureSentence(given.data.code, given.data.detail) ?? given.data.detail,
      });
    if (given.event === "done" || given.event === "error") ended = true;
    yield given;
  }
  if (!ended) throw cutOff();
}

/** The answer with what an event says of it. */
export function grown(live: LiveAnswer, { event, data }: AnswerEvent): LiveAnswer {
  switch (event) {
    case "start":
      return {
        ...live,
        question: data.question.content,
        questionId: data.question.id,
        messageId: data.message.id,
      };
    case "token":
      return { ...live, text: live.text + data.text };
    case "citation":
      return { ...live, citations: [...live.citations, data] };
    default:
      return live;
  }
}

function cutOff() {
  return new Problem({ status: 0, code: "offline", sentence: i18n.t("tutor.cutOff") });
}
