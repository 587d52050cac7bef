/** What stands around every page of somebody who is logged in. */
import { Link, Outlet, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import {
  GraduationCap,
  Library,
  MessagesSquare,
  Mic,
  Search,
  Settings,
  ShieldCheck,
  Sun,
} from "lucide-react";
import { Fragment, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { startEvents, useConnection } from "../../api/events.ts";
import { queryClient } from "../../api/query-client.ts";
import { useSession } from "../../api/session.ts";
import { fetchAllParts, usePartsWaiting } from "../../fetch-part.ts";
import { lazyPart } from "../../lazy-part.tsx";
import { classes } from "../../ui/classes.ts";
import { useKeys } from "../../ui/keys.ts";
import { Wordmark } from "../../ui/monster.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { AddButton } from "./add-button.tsx";

const AddMenu = lazyPart(() => import("./add-menu.tsx"), "AddMenu");
const ShellExtras = lazyPart(() => import("./extras.tsx"), "ShellExtras");
const SidebarSubjects = lazyPart(() => import("./sidebar-subjects.tsx"), "SidebarSubjects");

/** On a phone the first four are at the thumb, beside the "+" that leads to recording too; the others at the top. */
const PLACES = [
  { to: "/", label: "shell.today", icon: Sun, exact: true },
  { to: "/library", label: "shell.library", icon: Library, exact: false },
  { to: "/learn", label: "shell.learn", icon: GraduationCap, exact: false },
  { to: "/tutor", label: "shell.tutor", icon: MessagesSquare, exact: false },
  { to: "/record", label: "shell.record", icon: Mic, exact: false },
  { to: "/search", label: "shell.search", icon: Search, exact: false },
  { to: "/settings", label: "shell.settings", icon: Settings, exact: false },
] as const;

export function AppShell() {
  const { t } = useTranslation();
  const { user } = useSession();
  const [keysShown, setKeysShown] = useState(false);
  // Before its dialog is there, too; its words come with that.
  const navigate = useNavigate();
  useKeys("", [
    { key: "?", label: "", run: () => setKeysShown(true) },
    { key: "/", label: "", run: () => focusSearch(() => void navigate({ to: "/search" })) },
  ]);
  useEffect(() => (user ? startEvents() : undefined), [user?.id]);
  const isCalm = useCalm();
  useEffect(() => {
    const { connection } = navigator as { connection?: { saveData?: boolean } };
    return !isCalm || connection?.saveData ? undefined : fetchAllParts();
  }, [isCalm]);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[15rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed top-3 left-3 z-50 -translate-y-20 rounded-lg bg-ink px-4 py-2 text-paper focus:translate-y-0"
      >
        {t("shell.skip")}
      </a>
      <Sidebar />
      <div className="flex min-w-0 flex-col">
        <PhoneBar isAdministrator={user?.role === "administrator"} />
        <ConnectionNotice />
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          <Outlet />
        </main>
      </div>
      <nav
        aria-label={t("shell.main")}
        className={
          "fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t border-line bg-surface/95 " +
          "pb-[env(safe-area-inset-bottom)] backdrop-blur md:hidden print:hidden"
        }
      >
        {PLACES.slice(0, 4).map(({ to, label, icon: Icon, exact }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact }}
            className={
              "group flex min-h-15 flex-col items-center justify-center gap-1 text-[0.6875rem] " +
              "font-medium text-soft aria-[current=page]:text-accent-ink"
            }
          >
            <span className="rounded-full px-3.5 py-0.5 group-aria-[current=page]:bg-accent-soft">
              <Icon className="size-5" aria-hidden="true" />
            </span>
            {t(label)}
          </Link>
        ))}
        <Suspense fallback={<AddButton disabled />}>
          <AddMenu />
        </Suspense>
      </nav>
      {isCalm && (
        <Suspense>
          <ShellExtras keysShown={keysShown} onKeysShown={setKeysShown} />
        </Suspense>
      )}
    </div>
  );
}

/** A page whose answers do not come is not waited for longer. */
const MOST_TIMES = 30;

/** Once the first page is there with its answers: on a slow line nothing else takes its place. */
function useCalm() {
  const router = useRouter();
  const [isCalm, setIsCalm] = useState(false);
  useEffect(() => {
    let [quiet, times] = [0, 0];
    const timer = setInterval(() => {
      quiet = router.state.status === "idle" && queryClient.isFetching() === 0 ? quiet + 1 : 0;
      times += 1;
      if (quiet < 2 && times < MOST_TIMES) return;
      clearInterval(timer);
      setIsCalm(true);
    }, 100);
    return () => clearInterval(timer);
  }, [router]);
  return isCalm;
}

/** The field for it that the page has, else the page of the search. */
function focusSearch(open: () => void) {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  if (field) field.focus();
  else open();
}

function Sidebar() {
  const { t } = useTranslation();
  const { user } = useSession();
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line px-4 py-6 md:flex print:hidden">
      <Link to="/" className="mb-8 px-2">
        <Wordmark />
      </Link>
      <nav aria-label={t("shell.main")} className="flex min-h-0 flex-1 flex-col gap-1">
        {PLACES.map(({ to, label, icon: Icon, exact }) => (
          <Fragment key={to}>
            {to === "/settings" && (
              <Suspense>
                <SidebarSubjects />
              </Suspense>
            )}
            <Link
              to={to}
              activeOptions={{ exact }}
              className={classes(
                "flex min-h-10 shrink-0 items-center gap-3 rounded-lg px-3 text-[0.9375rem] font-medium " +
                  "text-soft transition-colors hover:bg-sunken hover:text-ink",
                "aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-ink",
                to === "/settings" && "mt-auto",
              )}
            >
              <Icon className="size-5" aria-hidden="true" />
              {t(label)}
            </Link>
          </Fragment>
        ))}
        {user?.role === "administrator" && (
          <Link
            to="/administration"
            className={
              "flex min-h-10 items-center gap-3 rounded-lg px-3 text-[0.9375rem] font-medium " +
              "text-soft hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft " +
              "aria-[current=page]:text-accent-ink"
            }
          >
            <ShieldCheck className="size-5" aria-hidden="true" />
            {t("shell.administration")}
          </Link>
        )}
      </nav>
      <p className="mt-4 truncate px-3 text-sm text-faint" title={user?.email}>
        {user?.full_name ?? user?.username ?? user?.email}
      </p>
    </aside>
  );
}

function PhoneBar({ isAdministrator }: { isAdministrator: boolean }) {
  const { t } = useTranslation();
  const places = [
    ...PLACES.slice(5),
    ...(isAdministrator
      ? [{ to: "/administration", label: "shell.administration", icon: ShieldCheck } as const]
      : []),
  ];
  return (
    <nav
      aria-label={t("shell.more")}
      className="flex items-center gap-1 px-4 pt-2 md:hidden print:hidden"
    >
      <Link to="/" className="mr-auto">
        <Wordmark />
      </Link>
      {places.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          aria-label={t(label)}
          className="flex size-10 items-center justify-center rounded-lg text-soft aria-[current=page]:text-accent-ink"
        >
          <Icon className="size-5" aria-hidden="true" />
        </Link>
      ))}
    </nav>
  );
}

function ConnectionNotice() {
  const { t } = useTranslation();
  // A part that a pointer only passed over is fetched, too, and nobody misses it.
  const isOnItsWay = useRouterState({ select: ({ isLoading }) => isLoading });
  const awaited = usePartsWaiting() && isOnItsWay;
  const lost = useConnection() === "lost" || awaited;
  return (
    <div role="status" className="sticky top-0 z-20">
      {lost && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn">
          <Spinner /> {t(awaited ? "shell.partAwaited" : "shell.connectionLost")}
        </p>
      )}
    </div>
  );
}
