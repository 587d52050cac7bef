import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Conversation, Message } from "#server/features/interactions/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { requestAll } from "../../api/all-pages.ts";
import { request } from "../../api/client.ts";

/** All, or those whose title or messages have the words. */
export const conversationsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["conversations", q],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Conversation>>("/conversations", {
        query: { limit: 50, cursor: pageParam, q: q || undefined },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ["conversation", id],
    queryFn: ({ signal }) => request<Conversation>(`/conversations/${id}`, { signal }),
  });

/** One branch, oldest first: the newest one, or the one that runs through a message. */
export const messagesQuery = (id: string, branch?: string) =>
  queryOptions({
    queryKey: ["messages", id, { branch }],
    queryFn: ({ signal }) =>
      requestAll<Message>(`/conversations/${id}/messages`, {
        query: { limit: 200, branch },
        signal,
      }),
  });
