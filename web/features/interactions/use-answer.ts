/** Asks, and shows the answer as it comes. The server writes it to its end and stores it whether or not anybody still listens. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { send } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { readServerSent } from "../../api/server-sent.ts";
import type { Citation, Message } from "../../api/types.ts";
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
      setLive({
        question,
        insteadOf,
        questionId: undefined,
        messageId: undefined,
        text: "",
        citations: [],
      });
      let ended = false;
      try {
        const response = await send(path, {
          method: "POST",
          json: body,
          headers: { Accept: "text/event-stream" },
          signal: stop.signal,
        });
        for await (const { event, data } of readServerSent(response)) {
          const given = JSON.parse(data) as Record<string, unknown>;
          if (event === "start") {
            const { question, message } = given as unknown as {
              question: Message;
              message: Message;
            };
            setLive(
              (live) =>
                live && {
                  ...live,
                  question: question.content,
                  questionId: question.id,
                  messageId: message.id,
                },
            );
          } else if (event === "token")
            setLive((live) => live && { ...live, text: live.text + String(given["text"]) });
          else if (event === "citation")
            setLive(
              (live) =>
                live && { ...live, citations: [...live.citations, given as unknown as Citation] },
            );
          else if (event === "done" || event === "error") ended = true;
          // Without a stored message the failure would be seen nowhere else.
          if (event === "error" && !given["message"])
            throw new Problem({ status: 500, code: "internal", sentence: String(given["detail"]) });
        }
        if (!ended)
          throw new Problem({ status: 0, code: "offline", sentence: i18n.t("tutor.cutOff") });
      } catch (reason) {
        if (stop.signal.aborted) return;
        setError(
          reason instanceof Problem
            ? reason
            : new Problem({ status: 0, code: "offline", sentence: i18n.t("tutor.cutOff") }),
        );
      }
      onStored();
      await client.invalidateQueries({ queryKey: ["messages", conversationId] });
      await client.invalidateQueries({ queryKey: ["conversations"] });
      if (abort.current === stop) setLive(undefined);
    },
    [client, conversationId, onStored],
  );

  return {
    live,
    error,
    ask: (
      content: string,
      options: { edit_of?: string; use_materials?: boolean; materials_only?: boolean } = {},
    ) =>
      run(
        `/conversations/${conversationId}/messages`,
        { content, ...options },
        content,
        options.edit_of,
      ),
    regenerate: (messageId: string, question: Message) =>
      run(
        `/conversations/${conversationId}/messages/${messageId}/regenerate`,
        undefined,
        question.content,
        question.id,
      ),
    stop: () =>
      void send(`/conversations/${conversationId}/stop`, { method: "POST" }).catch(() => {}),
  };
}
