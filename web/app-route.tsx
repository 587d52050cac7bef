/** What every address stands in: the root, and the frame of those who are logged in. */
import { createRootRoute, createRoute, Outlet, redirect } from "@tanstack/react-router";
import { ensureSession } from "./api/session.ts";
import { AppShell } from "./features/shell/app-shell.tsx";
import { FailedPage, NotFoundPage } from "./features/shell/failed-page.tsx";
import { loadTexts } from "./i18n.ts";

export const text = (value: unknown) =>
  typeof value === "string" && value !== "" ? value : undefined;
export const number = (value: unknown) =>
  value !== undefined && Number.isFinite(Number(value)) ? Number(value) : undefined;

export const kind = (value: unknown): "recording" | "study_material" | undefined =>
  value === "recording" || value === "study_material" ? value : undefined;

export const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: FailedPage,
});

export const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ location }) => {
    const [isIn] = await Promise.all([ensureSession(), loadTexts("room"), loadTexts("failures")]);
    if (!isIn)
      throw redirect({
        to: "/login",
        search: { next: location.href === "/" ? undefined : location.href },
      });
  },
  component: AppShell,
});
