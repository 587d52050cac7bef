/** Every address of the page. Each page is fetched when it is first visited. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { ensureSession } from "./api/session.ts";
import { AppShell } from "./features/shell/app-shell.tsx";
import { FailedPage, NotFoundPage } from "./features/shell/failed-page.tsx";

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const number = (value: unknown) =>
  value !== undefined && Number.isFinite(Number(value)) ? Number(value) : undefined;

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: FailedPage,
});

/** Pages for those who are not logged in; whoever is, goes on to where they wanted. */
const entrance = createRoute({
  getParentRoute: () => root,
  id: "entrance",
  validateSearch: (search) => ({ next: text(search["next"]) }),
  beforeLoad: async ({ search }) => {
    if (await ensureSession()) throw redirect({ to: inside(search.next) });
  },
});
const login = createRoute({
  getParentRoute: () => entrance,
  path: "/login",
  component: lazyRouteComponent(
    () => import("./features/authentication/login-page.tsx"),
    "LoginPage",
  ),
});
const register = createRoute({
  getParentRoute: () => entrance,
  path: "/register",
  validateSearch: (search) => ({ invitation: text(search["invitation"]) }),
  component: lazyRouteComponent(
    () => import("./features/authentication/register-page.tsx"),
    "RegisterPage",
  ),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(
    () => import("./features/authentication/forgot-page.tsx"),
    "ForgotPage",
  ),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  validateSearch: (search) => ({ token: text(search["token"]) }),
  component: lazyRouteComponent(
    () => import("./features/authentication/reset-page.tsx"),
    "ResetPage",
  ),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify-email",
  validateSearch: (search) => ({ token: text(search["token"]) }),
  component: lazyRouteComponent(
    () => import("./features/authentication/verify-page.tsx"),
    "VerifyPage",
  ),
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ location }) => {
    if (!(await ensureSession()))
      throw redirect({
        to: "/login",
        search: { next: location.href === "/" ? undefined : location.href },
      });
  },
  component: AppShell,
});
const library = createRoute({
  getParentRoute: () => app,
  path: "/",
  component: lazyRouteComponent(() => import("./features/content/library-page.tsx"), "LibraryPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    entrance.addChildren([login, register]),
    forgot,
    reset,
    verify,
    app.addChildren([library]),
  ]),
  defaultPreload: "intent",
  defaultPendingMs: 300,
  scrollRestoration: true,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: FailedPage,
});

/** Only an address of this page: "//elsewhere" would leave it. */
export function inside(address: string | undefined) {
  return address && /^\/(?![/\\])/.test(address) ? address : "/";
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
