import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { formText } from "./form-text.ts";
import { Section } from "./settings-section.tsx";

/** The new address counts when the link that was sent there is opened; until then the old one does. */
export function EmailSection() {
  const { t } = useTranslation();
  const { user } = useSession();
  const change = useMutation({
    mutationFn: (json: { email: string; password?: string }) =>
      request("/auth/email/change", { method: "POST", json }),
  });
  const problem = change.error instanceof Problem ? change.error : undefined;
  return (
    <Section title={t("authentication.email")} lead={t("security.emailLead")}>
      {change.isSuccess && (
        <Notice>{t("security.emailSent", { email: change.variables.email })}</Notice>
      )}
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const password = formText(form, "password");
          change.mutate(
            { email: formText(form, "email").trim(), ...(password ? { password } : {}) },
            { onSuccess: () => form.reset() },
          );
        }}
      >
        {!problem?.errors.length && <ErrorNotice error={change.error} />}
        <TextField
          label={t("security.newEmail")}
          name="email"
          type="email"
          autoComplete="email"
          placeholder={user?.email}
          required
          error={problem?.fieldError("email")}
        />
        <PasswordField
          label={t("security.currentPassword")}
          name="password"
          autoComplete="current-password"
          error={problem?.fieldError("password")}
        />
        <Button type="submit" className="justify-self-start" busy={change.isPending}>
          {t("security.changeEmail")}
        </Button>
      </form>
    </Section>
  );
}
