import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type {
  Invitation,
  MadeInvitation,
} from "#server/features/authentication/administration/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { day } from "../../ui/format.ts";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { toastError } from "../../ui/toast.tsx";
import { formText } from "../authentication/form-text.ts";
import { Row, rows, Section } from "../authentication/settings-section.tsx";

export function InvitationsSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ["invitations"] });
  const invitations = useQuery({
    queryKey: ["invitations"],
    queryFn: () => request<Page<Invitation>>("/admin/invitations"),
  });
  const invite = useMutation({
    mutationFn: (email: string) =>
      request<MadeInvitation>("/admin/invitations", {
        method: "POST",
        json: email ? { email } : {},
      }),
    onSuccess: changed,
  });
  const withdraw = useMutation({
    mutationFn: (id: string) => request(`/admin/invitations/${id}`, { method: "DELETE" }),
    onSuccess: changed,
    onError: toastError,
  });
  return (
    <Section title={t("administration.invitations")} lead={t("administration.invitationsLead")}>
      <ErrorNotice error={invitations.error ?? invite.error} />
      {invite.data && (
        <Notice>
          <p>{t("administration.linkOnce")}</p>
          <code className="mt-1 block break-all">{invite.data.url}</code>
        </Notice>
      )}
      <ul className={rows}>
        {(invitations.data?.items ?? []).map((item) => (
          <Row
            key={item.id}
            title={item.email ?? t("administration.anybody")}
            detail={
              item.used_at
                ? t("administration.used", { day: day(item.used_at) })
                : t("administration.until", { day: day(item.expires_at) })
            }
            action={
              !item.used_at && (
                <Button size="small" onClick={() => withdraw.mutate(item.id)}>
                  {t("administration.withdraw")}
                </Button>
              )
            }
          />
        ))}
      </ul>
      <form
        className="flex items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate(formText(event.currentTarget, "email").trim());
        }}
      >
        <TextField
          className="flex-1"
          label={t("administration.emailOptional")}
          name="email"
          type="email"
        />
        <Button type="submit" busy={invite.isPending}>
          {t("administration.invite")}
        </Button>
      </form>
    </Section>
  );
}
