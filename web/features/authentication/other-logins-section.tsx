import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { OfferedLogins, StartedLink } from "#server/features/authentication/oauth/shapes.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { toastError } from "../../ui/toast.tsx";
import { Row, rows, Section } from "./settings-section.tsx";

export function OtherLoginsSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const offered = useQuery({
    queryKey: ["oauth-links"],
    queryFn: () => request<OfferedLogins>("/auth/oauth"),
  });
  const link = useMutation({
    mutationFn: (name: string) =>
      request<StartedLink>(`/auth/oauth/${name}/link`, { method: "POST", json: {} }),
    onSuccess: ({ url }) => window.location.assign(url),
    onError: toastError,
  });
  const unlink = useMutation({
    mutationFn: (name: string) => request(`/auth/oauth/${name}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["oauth-links"] }),
    onError: toastError,
  });
  const items = offered.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section title={t("security.otherLogins")} lead={t("security.otherLoginsLead")}>
      <ul className={rows}>
        {items.map(({ name, label, linked, email }) => (
          <Row
            key={name}
            title={label}
            detail={linked ? (email ?? t("security.linked")) : undefined}
            action={
              <Button size="small" onClick={() => (linked ? unlink : link).mutate(name)}>
                {t(linked ? "security.unlink" : "security.link")}
              </Button>
            }
          />
        ))}
      </ul>
    </Section>
  );
}
