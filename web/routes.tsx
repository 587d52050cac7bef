/** Every address of the page. Each page is fetched when it is first visited. */
import { createRoute, createRouter, notFound, redirect } from "@tanstack/react-router";
import { BASE } from "./api/base-path.ts";
import { queryClient } from "./api/query-client.ts";
import { ensureSession, inside, session } from "./api/session.ts";
import { app, kind, number, root, text } from "./app-route.tsx";
import { settingsTab } from "./features/account/tabs.ts";
import { administrationTab } from "./features/administration/tabs.ts";
import { LoginPage } from "./features/authentication/login-page.tsx";
import { libraryQuery, type LibrarySearch } from "./features/content/queries.ts";
import { AdministratorsOnlyPage, FailedPage, NotFoundPage } from "./features/shell/failed-page.tsx";
import { studyRoutes } from "./features/study/routes.ts";
import { courseRoutes } from "./features/vocabulary/routes.ts";
import { given } from "./given.ts";
import { loadTexts } from "./i18n.ts";
import { lazyPart } from "./lazy-part.tsx";

const textsOfEntrance = () => Promise.all([loadTexts("authentication"), loadTexts("failures")]);

/** Pages for those who are not logged in; whoever is, goes on to where they wanted. */
const entrance = createRoute({
  getParentRoute: () => root,
  id: "entrance",
  validateSearch: (search) => given("next", text(search["next"])),
  beforeLoad: async ({ search }) => {
    const [isIn] = await Promise.all([ensureSession(), textsOfEntrance()]);
    if (isIn) throw redirect({ to: inside(search.next) });
  },
});
const login = createRoute({
  getParentRoute: () => entrance,
  path: "/login",
  validateSearch: (search) => given("error", text(search["error"])),
  // With the first JavaScript: whoever comes for the first time waits for nothing else.
  component: LoginPage,
});
const register = createRoute({
  getParentRoute: () => entrance,
  path: "/register",
  validateSearch: (search) => given("invitation", text(search["invitation"])),
  component: lazyPart(() => import("./features/authentication/register-page.tsx"), "RegisterPage"),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  beforeLoad: textsOfEntrance,
  component: lazyPart(() => import("./features/authentication/forgot-page.tsx"), "ForgotPage"),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  beforeLoad: textsOfEntrance,
  validateSearch: (search) => given("token", text(search["token"])),
  component: lazyPart(() => import("./features/authentication/reset-page.tsx"), "ResetPage"),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify-email",
  beforeLoad: textsOfEntrance,
  validateSearch: (search) => given("token", text(search["token"])),
  component: lazyPart(() => import("./features/authentication/verify-page.tsx"), "VerifyPage"),
});
const undoEmail = createRoute({
  getParentRoute: () => root,
  path: "/undo-email-change",
  beforeLoad: textsOfEntrance,
  validateSearch: (search) => given("token", text(search["token"])),
  component: lazyPart(
    () => import("./features/authentication/undo-email-page.tsx"),
    "UndoEmailPage",
  ),
});

const STATES = ["ready", "working", "failed", "no_text"] as const;
const SORTS = ["newest", "oldest", "title", "opened"] as const;
const oneOf = <Value extends string>(values: readonly Value[], value: unknown) =>
  values.find((one) => one === value);

const library = createRoute({
  getParentRoute: () => app,
  path: "/library",
  validateSearch: (search): LibrarySearch => ({
    ...given("kind", kind(search["kind"])),
    ...given("subject", text(search["subject"])),
    ...given("tag", text(search["tag"])),
    ...given("state", oneOf(STATES, search["state"])),
    ...given("sort", oneOf(SORTS, search["sort"])),
  }),
  // Beside the page itself, not after it.
  beforeLoad: ({ search }) => void queryClient.prefetchInfiniteQuery(libraryQuery(search)),
  component: lazyPart(() => import("./features/content/library-page.tsx"), "LibraryPage"),
});

const bin = createRoute({
  getParentRoute: () => app,
  path: "/bin",
  component: lazyPart(() => import("./features/content/bin-page.tsx"), "BinPage"),
});

const record = createRoute({
  getParentRoute: () => app,
  path: "/record",
  component: lazyPart(() => import("./features/content/recordings/record-page.tsx"), "RecordPage"),
});
const recording = createRoute({
  getParentRoute: () => app,
  path: "/recordings/$id",
  // t: second; play: start there; from, to: offsets of a quotation in the text of that transcription.
  validateSearch: (search) => ({
    ...given("t", number(search["t"])),
    ...given("play", search["play"] ? (1 as const) : undefined),
    ...given("from", number(search["from"])),
    ...given("to", number(search["to"])),
    ...given("transcription", text(search["transcription"])),
  }),
  component: lazyPart(() => import("./features/transcription/recording-page.tsx"), "RecordingPage"),
});
const share = createRoute({
  getParentRoute: () => app,
  path: "/share",
  component: lazyPart(() => import("./features/content/share-page.tsx"), "SharePage"),
});
const newMaterial = createRoute({
  getParentRoute: () => app,
  path: "/materials/new",
  validateSearch: (search) => given("kind", oneOf(["web"] as const, search["kind"])),
  component: lazyPart(
    () => import("./features/content/study-materials/new-material-page.tsx"),
    "NewMaterialPage",
  ),
});
const material = createRoute({
  getParentRoute: () => app,
  path: "/materials/$id",
  validateSearch: (search) => ({
    ...given("page", number(search["page"])),
    ...given("from", number(search["from"])),
    ...given("to", number(search["to"])),
  }),
  component: lazyPart(
    () => import("./features/content/study-materials/material-page.tsx"),
    "MaterialPage",
  ),
});
const tutor = createRoute({
  getParentRoute: () => app,
  path: "/tutor",
  component: lazyPart(() => import("./features/interactions/tutor-page.tsx"), "TutorLayout"),
});
const newConversation = createRoute({
  getParentRoute: () => tutor,
  path: "/",
  validateSearch: (search) => ({
    ...given("subject", text(search["subject"])),
    ...given("source_kind", kind(search["source_kind"])),
    ...given("source_id", text(search["source_id"])),
    ...given("source_title", text(search["source_title"])),
  }),
  component: lazyPart(
    () => import("./features/interactions/tutor-page.tsx"),
    "NewConversationPage",
  ),
});
const conversation = createRoute({
  getParentRoute: () => tutor,
  path: "$id",
  component: lazyPart(
    () => import("./features/interactions/conversation-page.tsx"),
    "ConversationPage",
  ),
});
const search = createRoute({
  getParentRoute: () => app,
  path: "/search",
  validateSearch: (search) => ({
    ...given("q", text(search["q"])),
    ...given("kind", kind(search["kind"])),
    ...given("subject", text(search["subject"])),
    ...given("from", text(search["from"])),
  }),
  component: lazyPart(() => import("./features/search/search-page.tsx"), "SearchPage"),
});
const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  validateSearch: (search) => ({
    ...given("tab", settingsTab(search["tab"])),
    ...given("delete", text(search["delete"])),
  }),
  beforeLoad: () =>
    Promise.all([loadTexts("settings"), loadTexts("course"), loadTexts("authentication")]),
  component: lazyPart(() => import("./features/account/settings-page.tsx"), "SettingsPage"),
});
const administration = createRoute({
  getParentRoute: () => app,
  path: "/administration",
  validateSearch: (search) => given("tab", administrationTab(search["tab"])),
  beforeLoad: async () => {
    await Promise.all([loadTexts("settings"), loadTexts("course")]);
    if (session().user?.role !== "administrator") throw notFound();
  },
  notFoundComponent: AdministratorsOnlyPage,
  component: lazyPart(
    () => import("./features/administration/administration-page.tsx"),
    "AdministrationPage",
  ),
});

/** Every other address, in the frame of those who are logged in. */
const nowhere = createRoute({ getParentRoute: () => app, path: "$", component: NotFoundPage });

export const router = createRouter({
  routeTree: root.addChildren([
    entrance.addChildren([login, register]),
    forgot,
    reset,
    verify,
    undoEmail,
    app.addChildren([
      ...studyRoutes,
      ...courseRoutes,
      library,
      bin,
      share,
      record,
      recording,
      newMaterial,
      material,
      tutor.addChildren([newConversation, conversation]),
      search,
      settings,
      administration,
      nowhere,
    ]),
  ]),
  basepath: BASE || "/",
  defaultPreload: "intent",
  defaultPendingMs: 300,
  scrollRestoration: true,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: FailedPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
