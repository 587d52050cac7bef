/** The tutor: conversations at the side, and either a new question or one conversation. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { PanelLeftClose, PanelLeftOpen, SquarePen } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import { request } from "../../api/client.ts";
import { buttonClass, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { inputClass } from "../../ui/field.tsx";
import { day } from "../../ui/format.ts";
import { Monster } from "../../ui/monster.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { healthQuery } from "../shell/health.ts";
import { Composer } from "./composer.tsx";
import { ConversationMenu } from "./conversation-menu.tsx";
import { firstQuestions } from "./first-questions.ts";
import { MaterialsField, type Materials } from "./materials-field.tsx";
import { conversationsQuery } from "./queries.ts";
import { ScopeField, type Scope } from "./scope-field.tsx";

const route = getRouteApi("/app/tutor/");

export function TutorLayout() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false });
  const [isHidden, setHidden] = useState(() => kept() === "hidden");
  const hide = (hidden: boolean) => {
    setHidden(hidden);
    keep(hidden ? "hidden" : "");
  };
  return (
    <div
      className={classes(
        "flex flex-col lg:grid lg:min-h-dvh",
        isHidden ? "lg:grid-cols-[3.5rem_minmax(0,1fr)]" : "lg:grid-cols-[17rem_minmax(0,1fr)]",
      )}
    >
      <aside
        aria-label={t("tutor.conversations")}
        className={classes(
          "border-line px-4 lg:sticky lg:top-0 lg:order-first lg:block lg:h-dvh lg:overflow-y-auto lg:border-r lg:py-8",
          id ? "hidden" : "order-last pb-28",
        )}
      >
        <div className={classes("mb-4 hidden gap-2 lg:flex", isHidden && "-mx-2 flex-col")}>
          <Link
            to="/tutor"
            search={{}}
            aria-label={t("tutor.new")}
            className={isHidden ? iconLink : classes(buttonClass("quiet"), "flex-1")}
          >
            <SquarePen className="size-4" aria-hidden="true" /> {!isHidden && t("tutor.new")}
          </Link>
          <IconButton
            label={t(isHidden ? "tutor.showList" : "tutor.hideList")}
            aria-expanded={!isHidden}
            onClick={() => hide(!isHidden)}
          >
            {isHidden ? (
              <PanelLeftOpen className="size-4.5" aria-hidden="true" />
            ) : (
              <PanelLeftClose className="size-4.5" aria-hidden="true" />
            )}
          </IconButton>
        </div>
        <div className={isHidden ? "lg:hidden" : undefined}>
          <ConversationList />
        </div>
      </aside>
      <div className={classes("min-w-0", !id && "order-first lg:order-none")}>
        <Outlet />
      </div>
    </div>
  );
}

const iconLink = "flex size-10 items-center justify-center rounded-lg text-soft hover:bg-sunken";
const KEPT_AS = "lm-conversations";

function kept() {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

function keep(value: string) {
  try {
    localStorage.setItem(KEPT_AS, value);
  } catch {
    // Storage may be blocked; the choice then lasts until the page is closed.
  }
}

function ConversationList() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const list = useInfiniteQuery(conversationsQuery(wanted));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0 && typed === "") return null;
  return (
    <>
      <h2 className="mb-2 px-3 text-sm font-medium text-soft">{t("tutor.conversations")}</h2>
      <input
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        aria-label={t("tutor.find")}
        placeholder={t("tutor.find")}
        className={classes(inputClass, "mb-2 min-h-9 text-sm")}
      />
      {items.length === 0 && list.isSuccess && (
        <p role="status" className="px-3 py-2 text-sm text-soft">
          {t("tutor.noneFound")}
        </p>
      )}
      <ul className="grid gap-0.5">
        {items.map((conversation) => (
          <li
            key={conversation.id}
            className={
              "group relative flex items-center rounded-lg hover:bg-sunken " +
              "has-aria-[current=page]:bg-accent-soft"
            }
          >
            <Link
              to="/tutor/$id"
              params={{ id: conversation.id }}
              search={{}}
              className="min-w-0 flex-1 px-3 py-2 text-[0.9375rem] aria-[current=page]:text-accent-ink"
            >
              <span className="block truncate">{conversation.title}</span>
              <span className="text-xs text-faint">{day(conversation.updated_at)}</span>
            </Link>
            <ConversationMenu conversation={conversation} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <button
          type="button"
          onClick={() => void list.fetchNextPage()}
          className={classes(buttonClass("plain", "small"), "mt-2 w-full")}
        >
          {t("common.loadMore")}
        </button>
      )}
    </>
  );
}

export function NewConversationPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = route.useSearch();
  const [scope, setScope] = useState<Scope>(search as Scope);
  const [materials, setMaterials] = useState<Materials>("first");
  // Without a language model there is nothing but the materials.
  const hasModel = useQuery(healthQuery).data?.parts["llm"]?.status === "ok";
  const begin = useMutation({
    mutationFn: async (question: string) => {
      const { source_title: _, ...wish } = scope;
      const made = await request<Conversation>("/conversations", { method: "POST", json: wish });
      firstQuestions.set(made.id, { question, materials });
      return made;
    },
    onSuccess: async (made) => {
      void client.invalidateQueries({ queryKey: ["conversations"] });
      await navigate({ to: "/tutor/$id", params: { id: made.id }, search: {} });
    },
  });
  return (
    <Page
      title={t("tutor.title")}
      width="narrow"
      heading={<span className="sr-only">{t("tutor.title")}</span>}
    >
      <div className="flex flex-col items-center pt-2 pb-8 text-center lg:pt-[14vh]">
        <Monster className="mb-5 size-16" />
        <h2 className="text-xl font-semibold tracking-tight sm:text-2xl">{t("tutor.welcome")}</h2>
        <p className="mt-2 max-w-md text-balance text-soft">{t("tutor.welcomeText")}</p>
      </div>
      <div className="grid gap-4">
        <ErrorNotice error={begin.error} />
        <Composer
          draftKey="ask:new"
          busy={begin.isPending}
          autoFocus
          onAsk={(question) => begin.mutate(question)}
        />
        <div className="flex flex-wrap items-center justify-center gap-x-6 gap-y-2">
          <ScopeField scope={scope} onScope={setScope} />
          {hasModel && <MaterialsField value={materials} onChange={setMaterials} />}
        </div>
      </div>
    </Page>
  );
}
