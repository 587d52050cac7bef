/** Everything that opens the account, ended by one press, and what happened to it. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Activity } from "#server/features/authentication/activity/shapes.ts";
import type { WayIn } from "#server/features/authentication/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { PasswordField } from "../../ui/field.tsx";
import { day, moment } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";
import { useDeviceName } from "./device-name.ts";
import { formText } from "./form-text.ts";
import { Row, rows, Section } from "./settings-section.tsx";

export function WaysInSection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const ways = useQuery({
    queryKey: ["ways-in"],
    queryFn: () => request<Page<WayIn>>("/auth/ways-in"),
  });
  const end = useMutation({
    mutationFn: (password: string) =>
      request("/auth/ways-in", { method: "DELETE", json: password ? { password } : {} }),
    onSuccess: async () => {
      setOpen(false);
      toast(t("security.waysEnded"));
      await client.invalidateQueries();
    },
  });
  const items = ways.data?.items ?? [];
  return (
    <Section title={t("security.ways")} lead={t("security.waysLead")}>
      <ErrorNotice error={ways.error} />
      <ul className={rows}>
        {items.map((item) => (
          <Row
            key={`${item.kind} ${item.id}`}
            title={[t(`security.wayKinds.${item.kind}`), item.name].filter(Boolean).join(": ")}
            detail={t("security.added", { day: day(item.created_at) })}
            action={
              item.current && (
                <span className="shrink-0 text-sm text-accent-ink">{t("security.thisOne")}</span>
              )
            }
          />
        ))}
      </ul>
      <Button variant="danger" className="justify-self-start" onClick={() => setOpen(true)}>
        {t("security.endWays")}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t("security.endWays")}
        description={t("security.endWaysLead")}
      >
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            end.mutate(formText(event.currentTarget, "password"));
          }}
        >
          <ErrorNotice error={end.error} />
          <PasswordField
            label={t("security.currentPassword")}
            name="password"
            autoComplete="current-password"
          />
          <Button type="submit" variant="danger" busy={end.isPending}>
            {t("security.endWays")}
          </Button>
        </form>
      </Dialog>
    </Section>
  );
}

export function ActivitySection() {
  const { t } = useTranslation();
  const nameDevice = useDeviceName();
  const activity = useInfiniteQuery({
    queryKey: ["activity"],
    queryFn: ({ pageParam }) =>
      request<Page<Activity>>(
        `/account/activity?limit=20${pageParam ? `&cursor=${pageParam}` : ""}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const items = activity.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t("security.activity")} lead={t("security.activityLead")}>
      <ErrorNotice error={activity.error} />
      <ul className={rows}>
        {items.map((item) => (
          <Row
            key={item.id}
            title={[t(`security.activityKinds.${item.kind}`), item.detail]
              .filter(Boolean)
              .join(": ")}
            detail={[moment(item.created_at), item.address, nameDevice(item.device)]
              .filter(Boolean)
              .join(" · ")}
          />
        ))}
      </ul>
      {activity.hasNextPage && (
        <Button
          className="justify-self-start"
          busy={activity.isFetchingNextPage}
          onClick={() => void activity.fetchNextPage()}
        >
          {t("common.more")}
        </Button>
      )}
    </Section>
  );
}
