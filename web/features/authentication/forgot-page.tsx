import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { Entrance, textLink } from "./entrance.tsx";
import { formText } from "./form-text.ts";

export function ForgotPage() {
  const { t } = useTranslation();
  const forgot = useMutation({
    mutationFn: (email: string) =>
      request("/auth/password/forgot", { method: "POST", json: { email }, anonymous: true }),
  });
  return (
    <Entrance
      title={t("authentication.forgotTitle")}
      lead={t("authentication.forgotLead")}
      below={
        <Link to="/login" search={{ next: undefined }} className={textLink}>
          {t("authentication.backToLogin")}
        </Link>
      }
    >
      {forgot.isSuccess ? (
        <Notice>{t("authentication.forgotSent")}</Notice>
      ) : (
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            forgot.mutate(formText(event.currentTarget, "email").trim());
          }}
        >
          <ErrorNotice error={forgot.error} />
          <TextField
            label={t("authentication.email")}
            name="email"
            type="email"
            autoComplete="username"
            required
            autoFocus
          />
          <Button type="submit" variant="primary" busy={forgot.isPending}>
            {t("authentication.sendLink")}
          </Button>
        </form>
      )}
    </Entrance>
  );
}
