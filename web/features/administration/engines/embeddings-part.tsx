import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { FindServers } from "./find-servers.tsx";
import { ModelsList } from "./models-list.tsx";
import { PartFrame, ServerFields, SettingSelect } from "./part-form.tsx";
import type { PartProps } from "./recognition-part.tsx";
import { usePart } from "./use-engines.ts";

export function EmbeddingsPart({ used, installation }: PartProps) {
  const { t } = useTranslation();
  const form = usePart("embeddings", installation.settings);
  const [wantsServer, setWantsServer] = useState(false);
  const models = installation.models.filter(({ purpose }) => purpose === "meaning");
  const kept = form.value("LM_EMBEDDINGS_ENGINE");
  const ids = ["auto", "off", ...models.filter(({ is_here }) => is_here).map(({ id }) => id)];
  const label = (id: string) =>
    id === "auto" || id === "off"
      ? t(`engines.embeddings.${id}`)
      : (models.find((model) => model.id === id)?.label ?? id);
  const showsServer =
    wantsServer || form.of("LM_EMBEDDINGS_URL")?.is_set || form.value("LM_EMBEDDINGS_URL") !== "";
  return (
    <PartFrame
      form={form}
      title={t("engines.parts.embeddings")}
      lead={t("engines.leads.embeddings")}
      used={
        used.embeddings ? (
          used.embeddings.model.replace(/^(local|openai-compatible)\//, "")
        ) : (
          <Badge>{t("engines.byWords")}</Badge>
        )
      }
      tried={used.embeddings !== null || form.isChanged}
    >
      <SettingSelect
        form={form}
        name="LM_EMBEDDINGS_ENGINE"
        options={(kept && !ids.includes(kept) ? [...ids, kept] : ids).map((value) => ({
          value,
          label: label(value),
        }))}
        hint={t("engines.embeddingsNeeds")}
      />
      <ModelsList models={models} />
      {showsServer ? (
        <>
          <FindServers
            part="embeddings"
            take={(url, model) => form.set({ LM_EMBEDDINGS_URL: url, LM_EMBEDDINGS_MODEL: model })}
          />
          <ServerFields form={form} of="LM_EMBEDDINGS" address="http://127.0.0.1:11434/v1" />
        </>
      ) : (
        <Button variant="plain" className="justify-self-start" onClick={() => setWantsServer(true)}>
          {t("engines.useServer")}
        </Button>
      )}
    </PartFrame>
  );
}
