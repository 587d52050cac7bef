import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Passkey } from "#server/features/authentication/passkeys/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { day } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { toastError } from "../../ui/toast.tsx";
import { formText } from "./form-text.ts";
import { Row, rows, Section } from "./settings-section.tsx";

export function PasskeysSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ["passkeys"] });
  const passkeys = useQuery({
    queryKey: ["passkeys"],
    queryFn: () => request<Page<Passkey>>("/auth/passkeys"),
  });
  const add = useMutation({
    mutationFn: async ({ name, password }: { name: string; password: string }) =>
      (await import("./passkeys.ts")).addPasskey(name, password),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: (id: string) => request(`/auth/passkeys/${id}`, { method: "DELETE" }),
    onSuccess: changed,
    onError: toastError,
  });
  return (
    <Section title={t("security.passkeys")} lead={t("security.passkeysLead")}>
      <ErrorNotice error={passkeys.error ?? add.error} />
      <ul className={rows}>
        {(passkeys.data?.items ?? []).map((item) => (
          <Row
            key={item.id}
            title={item.name}
            detail={t("security.added", { day: day(item.created_at) })}
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
          const name = formText(event.currentTarget, "name").trim();
          const password = formText(event.currentTarget, "password");
          add.mutate({ name: name || t("security.passkeyName"), password });
        }}
      >
        <TextField
          label={t("security.name")}
          name="name"
          maxLength={100}
          placeholder={t("security.passkeyName")}
        />
        <PasswordField
          label={t("security.currentPassword")}
          name="password"
          autoComplete="current-password"
        />
        <Button type="submit" className="justify-self-start" busy={add.isPending}>
          {t("security.addPasskey")}
        </Button>
      </form>
    </Section>
  );
}
