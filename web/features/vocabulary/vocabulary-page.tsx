/** The terms of a subject: each with where it stands, to be changed, removed and added to. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { subjectsQuery } from "./queries.ts";
import { AddTerm, Terms } from "./terms.tsx";

const route = getRouteApi("/app/vocabulary");

export function VocabularyPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const subjects = useQuery(subjectsQuery).data?.items ?? [];
  const named = subjects.find(({ subject }) => subject !== null)?.subject;
  // The first subject with a name, where nobody asks for another.
  const subject = search.subject === "-" ? null : (search.subject ?? named ?? null);
  const [q, setQ] = useState("");
  const mine = useMutation({
    mutationFn: () =>
      request("/vocabulary/mine", { method: "POST", json: subject === null ? {} : { subject } }),
    onSuccess: () => toast(t("vocabulary.mining")),
    onError: toastError,
  });
  return (
    <Page
      title={t("vocabulary.title")}
      lead={t("vocabulary.lead")}
      actions={
        <Button busy={mine.isPending} onClick={() => mine.mutate()}>
          <RefreshCw className="size-4" aria-hidden="true" /> {t("vocabulary.mine")}
        </Button>
      }
    >
      <div className="grid gap-4 sm:grid-cols-3">
        <SelectField
          label={t("vocabulary.subject")}
          value={subject ?? "-"}
          onChange={(event) =>
            void navigate({ to: "/vocabulary", search: { subject: event.target.value } })
          }
        >
          <option value="-">{t("vocabulary.noSubject")}</option>
          {subjects.flatMap((one) =>
            one.subject === null
              ? []
              : [
                  <option key={one.subject} value={one.subject}>
                    {one.subject}
                  </option>,
                ],
          )}
        </SelectField>
        <TextField
          label={t("vocabulary.find")}
          type="search"
          value={q}
          onChange={(event) => setQ(event.target.value)}
        />
        <AddTerm subject={subject} />
      </div>
      <Terms key={subject ?? ""} subject={subject} q={q.trim()} />
    </Page>
  );
}
