import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Conversation, Message } from "#server/features/interactions/shapes.ts";
import type { Page } from "#server/http/router.ts";
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
    queryFn: async ({ signal }) => {
      const all: Message[] = [];
      let cursor: string | null | undefined;
      do {
        const page: Page<Message> = await request(`/conversations/${id}/messages`, {
          query: { limit: 200, cursor, branch },
          signal,
        });
        all.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor);
      return all;
    },
  });
