import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { User } from "#server/features/authentication/shapes.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { setUser, useSession } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { formText } from "./form-text.ts";
import { Section } from "./settings-section.tsx";

export function ProfileSection() {
  const { t } = useTranslation();
  const { user } = useSession();
  const save = useMutation({
    mutationFn: (json: { full_name: string | null; username: string | null }) =>
      request<User>("/auth/me", { method: "PATCH", json }),
    onSuccess: (changed) => {
      setUser(changed);
      toast(t("common.saved"));
    },
  });
  const send = useMutation({
    mutationFn: () => request("/auth/email/send", { method: "POST", json: {} }),
    onSuccess: () => toast(t("security.mailSent")),
    onError: toastError,
  });
  const problem = save.error instanceof Problem ? save.error : undefined;
  if (!user) return null;
  return (
    <Section title={t("security.profile")} lead={user.email}>
      {!user.email_verified_at && (
        <Notice
          action={
            <Button size="small" busy={send.isPending} onClick={() => send.mutate()}>
              {t("security.sendAgain")}
            </Button>
          }
        >
          {t("security.unconfirmed")}
        </Notice>
      )}
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({
            full_name: formText(event.currentTarget, "full_name").trim() || null,
            username: formText(event.currentTarget, "username").trim() || null,
          });
        }}
      >
        {!problem?.errors.length && <ErrorNotice error={save.error} />}
        <TextField
          label={t("authentication.fullName")}
          name="full_name"
          autoComplete="name"
          defaultValue={user.full_name ?? ""}
          error={problem?.fieldError("full_name")}
        />
        <TextField
          label={t("security.username")}
          name="username"
          autoComplete="nickname"
          defaultValue={user.username ?? ""}
          error={problem?.fieldError("username")}
        />
        <Button type="submit" className="justify-self-start" busy={save.isPending}>
          {t("common.save")}
        </Button>
      </form>
    </Section>
  );
}
