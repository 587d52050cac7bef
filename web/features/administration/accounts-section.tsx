import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "#server/features/authentication/administration/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { day } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { toastError } from "../../ui/toast.tsx";
import { Row, rows, Section } from "../authentication/settings-section.tsx";
import { DeleteForDialog } from "./delete-for-dialog.tsx";
import { QuotaDialog } from "./quota-dialog.tsx";

export function AccountsSection() {
  const { t } = useTranslation();
  const { user } = useSession();
  const client = useQueryClient();
  const [q, setQ] = useState("");
  const [leaving, setLeaving] = useState<Account>();
  const [limited, setLimited] = useState<Account>();
  const accounts = useInfiniteQuery({
    queryKey: ["accounts", q],
    queryFn: ({ pageParam }) =>
      request<Page<Account>>("/admin/users", { query: { q, cursor: pageParam } }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const change = useMutation({
    mutationFn: ({ id, disabled_at }: Account) =>
      request(`/admin/users/${id}/${disabled_at ? "enable" : "disable"}`, { method: "POST" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["accounts"] }),
    onError: toastError,
  });
  const role = useMutation({
    mutationFn: ({ id, role }: Account) =>
      request(`/admin/users/${id}`, {
        method: "PATCH",
        json: { role: role === "student" ? "administrator" : "student" },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["accounts"] }),
    onError: toastError,
  });
  return (
    <Section title={t("administration.accounts")} lead={t("administration.accountsLead")}>
      <TextField
        label={t("administration.find")}
        type="search"
        value={q}
        onChange={(event) => setQ(event.target.value)}
      />
      <ErrorNotice error={accounts.error} />
      <ul className={rows}>
        {accounts.data?.pages
          .flatMap(({ items }) => items)
          .map((account) => (
            <Row
              key={account.id}
              title={account.full_name ? `${account.full_name} · ${account.email}` : account.email}
              detail={[
                t(`administration.${account.role}`),
                account.disabled_at
                  ? t("administration.off")
                  : account.last_login_at &&
                    t("security.lastUsed", { day: day(account.last_login_at) }),
              ]
                .filter(Boolean)
                .join(" · ")}
              action={
                <AccountActions
                  account={account}
                  isOwn={account.id === user?.id}
                  changeRole={() => role.mutate(account)}
                  changeState={() => change.mutate(account)}
                  limit={() => setLimited(account)}
                  remove={() => setLeaving(account)}
                />
              }
            />
          ))}
      </ul>
      {accounts.hasNextPage && (
        <Button className="justify-self-start" onClick={() => void accounts.fetchNextPage()}>
          {t("common.loadMore")}
        </Button>
      )}
      {leaving && <DeleteForDialog account={leaving} close={() => setLeaving(undefined)} />}
      {limited && <QuotaDialog account={limited} close={() => setLimited(undefined)} />}
    </Section>
  );
}

function AccountActions({
  account,
  isOwn,
  changeRole,
  changeState,
  limit,
  remove,
}: {
  account: Account;
  isOwn: boolean;
  changeRole: () => void;
  changeState: () => void;
  limit: () => void;
  remove: () => void;
}) {
  const { t } = useTranslation();
  const limits = (
    <Button size="small" variant="plain" onClick={limit}>
      {t("administration.quota")}
    </Button>
  );
  if (isOwn) return limits;
  return (
    <div className="flex min-w-0 flex-wrap gap-2 sm:shrink-0 sm:justify-end">
      {limits}
      <Button size="small" variant="plain" onClick={changeRole}>
        {t(
          account.role === "student"
            ? "administration.makeAdministrator"
            : "administration.makeStudent",
        )}
      </Button>
      <Button size="small" variant="plain" onClick={remove}>
        {t("administration.deleteFor")}
      </Button>
      <Button size="small" onClick={changeState}>
        {t(account.disabled_at ? "administration.enable" : "administration.disable")}
      </Button>
    </div>
  );
}
