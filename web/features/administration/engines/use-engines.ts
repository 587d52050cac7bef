import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Engines, FoundServers, Trial } from "#server/features/engines/shapes.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { toast } from "../../../ui/toast.tsx";

export type Installation = NonNullable<Engines["installation"]>;
export type Setting = Installation["settings"][number];
export type SettingName = Setting["name"];
export type OfferedModel = Installation["models"][number];
export type Values = Partial<Record<SettingName, string>>;

export const enginesQuery = queryOptions({
  queryKey: ["installation"],
  queryFn: ({ signal }) => request<Engines>("/engines", { signal }),
});

export function useInstallation() {
  const engines = useQuery(enginesQuery);
  return { ...engines, used: engines.data?.used, installation: engines.data?.installation };
}

/** What is written in one part's form and not stored yet. */
export function usePart(part: Trial["part"] | "address" | "registration", settings: Setting[]) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Values>({});
  const [fromElsewhere, setFromElsewhere] = useState(false);
  const own = settings.filter((setting) => setting.part === part);
  const of = (name: SettingName) => own.find((setting) => setting.name === name);
  const value = (name: SettingName) => draft[name] ?? of(name)?.value ?? "";
  const save = useMutation({
    mutationFn: (changes: Values) =>
      request<Engines>("/engines", {
        method: "PATCH",
        json: { settings: toStored(changes), from_elsewhere: fromElsewhere },
      }),
    onSuccess: async (engines) => {
      setDraft({});
      setFromElsewhere(false);
      trial.reset();
      client.setQueryData(enginesQuery.queryKey, engines);
      toast(t("common.saved"));
      // What students may choose from, and how it all is.
      await Promise.all(
        [["health"], ["engines"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  const trial = useMutation({
    mutationFn: () =>
      request<Trial>("/engines/test", {
        method: "POST",
        json: { part, settings: toStored(draft) },
      }),
  });
  const error = save.error ?? trial.error;
  return {
    part,
    of,
    value,
    draft,
    isChanged: Object.keys(draft).length > 0,
    /** Whether the environment decides all of them. */
    isFixed: (...names: SettingName[]) => names.every((name) => of(name)?.is_fixed),
    set: (changes: Values) => setDraft((before) => ({ ...before, ...changes })),
    /** A public address at which this page is not open. */
    fromElsewhere,
    setFromElsewhere,
    forget: () => setDraft({}),
    save,
    trial,
    error,
    errorOf: (name: SettingName) => (error instanceof Problem ? error.fieldError(name) : undefined),
  };
}
export type PartForm = ReturnType<typeof usePart>;

/** An emptied field takes the setting away. */
function toStored(values: Values) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.trim() || null]),
  );
}

export function useFound() {
  return useMutation({
    mutationFn: () => request<FoundServers>("/engines/find", { method: "POST" }),
  });
}
