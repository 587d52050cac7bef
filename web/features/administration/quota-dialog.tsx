/** What one account may hold and do, where it is not what everybody may. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Account } from "#server/features/authentication/administration/shapes.ts";
import type { QuotaName, QuotaOfPerson } from "#server/features/quotas/shapes.ts";
import { QUOTA_NAMES } from "#server/vocabulary.ts";
import { request } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { bytes } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { toast } from "../../ui/toast.tsx";

/** Space is entered in these. */
const GB = 1e9;

export function QuotaDialog({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const path = `/admin/users/${account.id}/quota`;
  const quota = useQuery({
    queryKey: ["quota-of", account.id],
    queryFn: () => request<QuotaOfPerson>(path),
    // What is being entered is not taken away again.
    staleTime: Infinity,
    gcTime: 0,
  });
  const change = useMutation({
    mutationFn: (given: Partial<Record<QuotaName, number | null>>) =>
      request<QuotaOfPerson>(path, { method: "PATCH", json: given }),
    onSuccess: async () => {
      toast(t("administration.quotaSaved"));
      close();
      await client.invalidateQueries({ queryKey: ["account-quota"] });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t("administration.quotaTitle", { email: account.email })}
      description={t("administration.quotaLead")}
    >
      <ErrorNotice error={quota.error ?? change.error} />
      {quota.data && (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate(entered(new FormData(event.currentTarget)));
          }}
        >
          {QUOTA_NAMES.map((name) => (
            <TextField
              key={name}
              name={name}
              label={t(`administration.quotaNames.${name}`)}
              hint={hintOf(quota.data, name, t)}
              type="number"
              min={0}
              step={name === "storage_bytes" ? "any" : 1}
              defaultValue={shown(name, quota.data.own[name])}
            />
          ))}
          <Button type="submit" variant="primary" busy={change.isPending}>
            {t("common.save")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}

function shown(name: QuotaName, amount: number | undefined) {
  if (amount === undefined) return "";
  return String(name === "storage_bytes" ? amount / GB : amount);
}

/** Empty takes an own amount away. */
function entered(form: FormData) {
  return Object.fromEntries(
    QUOTA_NAMES.map((name) => {
      const text = String(form.get(name) ?? "").trim();
      const amount = name === "storage_bytes" ? Math.round(Number(text) * GB) : Number(text);
      return [name, text === "" ? null : amount];
    }),
  );
}

function hintOf(quota: QuotaOfPerson, name: QuotaName, t: TFunction) {
  const show = name === "storage_bytes" ? bytes : String;
  const limit = show(quota.everybody[name]);
  return name === "queued_jobs"
    ? t("administration.quotaEverybody", { limit })
    : t("administration.quotaUsed", { used: show(quota[name].used), limit });
}
