/** Settings: the end of the account, with its days of grace and its receipt. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  DeletedLater,
  DeletedNow,
  DeletionState,
  Receipt,
} from "#server/features/account/deletion/shapes.ts";
import { request } from "../../api/client.ts";
import { forget } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { PasswordField } from "../../ui/field.tsx";
import { moment } from "../../ui/format.ts";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { saveBlob } from "../../ui/save-file.ts";
import { toast } from "../../ui/toast.tsx";
import { askPasskey } from "../authentication/passkeys.ts";
import { Section } from "../authentication/settings-section.tsx";

export function saveReceipt(receipt: Receipt) {
  saveBlob(
    new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }),
    "little-monster-deletion-receipt.json",
  );
}

function useDeletion() {
  return useQuery({
    queryKey: ["account-deletion"],
    queryFn: () => request<DeletionState>("/account/deletion"),
  });
}

/** At the top of the settings: nobody is deleted without seeing it. */
export function ScheduledDeletion() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data } = useDeletion();
  const keep = useMutation({
    mutationFn: () => request("/account/deletion", { method: "DELETE" }),
    onSuccess: () => {
      toast(t("leaving.kept"));
      return client.invalidateQueries({ queryKey: ["account-deletion"] });
    },
  });
  if (!data?.deletion) return null;
  const { delete_at, asked_by } = data.deletion;
  return (
    <div className="mb-6 grid gap-3">
      <ErrorNotice error={keep.error} />
      <Notice
        tone="warning"
        action={
          <Button
            variant="primary"
            size="small"
            busy={keep.isPending}
            onClick={() => keep.mutate()}
          >
            {t("leaving.keep")}
          </Button>
        }
      >
        {t(asked_by === "person" ? "leaving.scheduled" : "leaving.scheduledByAdministrator", {
          when: moment(delete_at),
        })}
      </Notice>
    </div>
  );
}

export function DeletionSection() {
  const { t } = useTranslation();
  const { data } = useDeletion();
  const { delete: token } = useSearch({ strict: false }) as { delete?: string };
  const [open, setOpen] = useState(token !== undefined);
  const days = data?.grace_days ?? 0;
  const lead = `${t("leaving.lead")} ${days > 0 ? t("leaving.grace", { count: days }) : t("leaving.atOnce")}`;
  return (
    <Section title={t("leaving.title")} lead={lead}>
      <p className="text-sm text-soft">{t("leaving.receipt")}</p>
      {!data?.deletion && (
        <Button variant="danger" className="justify-self-start" onClick={() => setOpen(true)}>
          {t("leaving.title")}
        </Button>
      )}
      <Dialog open={open} onOpenChange={setOpen} title={t("leaving.title")} description={lead}>
        <DeletionForm token={token} done={() => setOpen(false)} />
      </Dialog>
    </Section>
  );
}

type Proof = { password?: string; passkey?: unknown; token?: string };

function DeletionForm({ token, done }: { token: string | undefined; done: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const [mailed, setMailed] = useState(false);
  const remove = useMutation({
    mutationFn: async (way: "password" | "passkey" | "token") => {
      const proof: Proof =
        way === "password"
          ? { password }
          : way === "token"
            ? { token: token! }
            : { passkey: await askPasskey() };
      return request<DeletedNow | DeletedLater>("/account", {
        method: "DELETE",
        json: proof,
      });
    },
    onSuccess: async (answer) => {
      done();
      if (!("receipt" in answer)) {
        await client.invalidateQueries({ queryKey: ["account-deletion"] });
        window.scrollTo({ top: 0 });
        return;
      }
      saveReceipt(answer.receipt);
      forget();
      await navigate({ to: "/login" });
    },
  });
  const mail = useMutation({
    mutationFn: () => request("/account/deletion/link", { method: "POST" }),
    onSuccess: () => setMailed(true),
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        remove.mutate(token ? "token" : "password");
      }}
    >
      <ErrorNotice error={remove.error ?? mail.error} />
      {token ? (
        <p>{t("leaving.byLink")}</p>
      ) : (
        <PasswordField
          label={t("authentication.password")}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      )}
      <Button type="submit" variant="danger" busy={remove.isPending}>
        {t("leaving.forGood")}
      </Button>
      {!token && (
        <div className="flex flex-wrap gap-2">
          <Button variant="plain" onClick={() => remove.mutate("passkey")}>
            {t("leaving.byPasskey")}
          </Button>
          <Button variant="plain" busy={mail.isPending} onClick={() => mail.mutate()}>
            {t("leaving.byMail")}
          </Button>
        </div>
      )}
      {mailed && <Notice>{t("leaving.mailed")}</Notice>}
    </form>
  );
}
