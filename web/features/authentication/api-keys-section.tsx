import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ApiKey, MadeApiKey } from "#server/features/authentication/api-keys/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, PasswordField, TextField } from "../../ui/field.tsx";
import { day } from "../../ui/format.ts";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { toastError } from "../../ui/toast.tsx";
import { formText } from "./form-text.ts";
import { Row, rows, Section } from "./settings-section.tsx";

export function ApiKeysSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ["api-keys"] });
  const keys = useQuery({
    queryKey: ["api-keys"],
    queryFn: () => request<Page<ApiKey>>("/auth/api-keys"),
  });
  const make = useMutation({
    mutationFn: (json: { name: string; scopes: string[]; password?: string }) =>
      request<MadeApiKey>("/auth/api-keys", { method: "POST", json }),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: (id: string) => request(`/auth/api-keys/${id}`, { method: "DELETE" }),
    onSuccess: changed,
    onError: toastError,
  });
  return (
    <Section title={t("security.keys")} lead={t("security.keysLead")}>
      <ErrorNotice error={keys.error ?? make.error} />
      {make.data && (
        <Notice>
          <p>{t("security.keyOnce")}</p>
          <code className="mt-1 block break-all">{make.data.key}</code>
        </Notice>
      )}
      <ul className={rows}>
        {(keys.data?.items ?? []).map((item) => (
          <Row
            key={item.id}
            title={`${item.name} (${item.hint}…)`}
            detail={
              item.last_used_at
                ? t("security.lastUsed", { day: day(item.last_used_at) })
                : t("security.neverUsed")
            }
            action={
              <Button size="small" onClick={() => remove.mutate(item.id)}>
                {t("common.delete")}
              </Button>
            }
          />
        ))}
      </ul>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const password = formText(form, "password");
          make.mutate({
            ...(password ? { password } : {}),
            name: formText(form, "name").trim(),
            scopes: form.get("write") ? ["read", "write"] : ["read"],
          });
        }}
      >
        <TextField label={t("security.name")} name="name" required maxLength={100} />
        <CheckField label={t("security.mayWrite")} name="write" />
        <PasswordField
          label={t("security.currentPassword")}
          name="password"
          autoComplete="current-password"
        />
        <Button type="submit" className="justify-self-start" busy={make.isPending}>
          {t("security.makeKey")}
        </Button>
      </form>
    </Section>
  );
}
