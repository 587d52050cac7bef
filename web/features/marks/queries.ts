/** Highlights, bookmarks and notes of one source. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import type { mark, markPatch, newMark } from "#server/features/marks/shapes.ts";
import { requestAll } from "../../api/all-pages.ts";
import { change as changeOnto } from "../../api/change.ts";
import { request } from "../../api/client.ts";
import { toast, toastError } from "../../ui/toast.tsx";

export type Mark = z.infer<typeof mark>;
export type Colour = NonNullable<Mark["colour"]>;
export type MarkedSource = Pick<Mark["source"], "kind" | "id">;
export type NewMark = Omit<z.input<typeof newMark>, "source">;
type MarkPatch = z.input<typeof markPatch>;

/** More than this nobody reads beside a lecture; the others are found by search. */
const MOST = 1000;

export function useMarks({ kind, id }: MarkedSource) {
  return useQuery({
    queryKey: ["marks", kind, id],
    queryFn: async ({ signal }) => {
      const marks = await requestAll<Mark>("/marks", {
        query: { source_kind: kind, source_id: id, limit: 100 },
        signal,
        most: MOST,
      });
      return marks.toSorted(byPlace);
    },
  });
}

/** In the order of the source. */
function byPlace(a: Mark, b: Mark) {
  const place = ({ at_seconds, page, start_offset, area }: Mark) =>
    at_seconds ?? (page ?? 0) * 1e7 + (start_offset ?? 0) / 1e3 + (area?.[1] ?? 0);
  return place(a) - place(b);
}

export function useMarkChanges(source: MarkedSource) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const settled = {
    onSuccess: () => client.invalidateQueries({ queryKey: ["marks", source.kind, source.id] }),
  };
  const add = useMutation({
    mutationFn: (values: NewMark) =>
      request<Mark>("/marks", { method: "POST", json: { source, ...values } }),
    ...settled,
  });
  const change = useMutation({
    mutationFn: ({ onto, ...values }: MarkPatch & { onto: Mark }) =>
      changeOnto<Mark>(`/marks/${onto.id}`, values, onto, (one, other) => one.note === other.note),
    ...settled,
  });
  const remove = useMutation({
    mutationFn: ({ id }: Mark) => request(`/marks/${id}`, { method: "DELETE" }),
    onSuccess: (_nothing, mark) => {
      toast(t("marks.removed"), {
        action: { label: t("marks.undo"), run: () => add.mutate(valuesOf(mark)) },
      });
      return settled.onSuccess();
    },
    onError: toastError,
  });
  return { add, change, remove };
}

function valuesOf({ start_offset, end_offset, at_seconds, page, area, ...mark }: Mark): NewMark {
  const { colour, note } = mark;
  return {
    ...(start_offset === null || end_offset === null ? {} : { start_offset, end_offset }),
    ...(at_seconds === null || start_offset !== null ? {} : { at_seconds }),
    ...(page === null || start_offset !== null ? {} : { page }),
    ...(area === null ? {} : { area }),
    ...(colour === null ? {} : { colour }),
    ...(note === null ? {} : { note }),
  };
}
