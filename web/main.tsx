import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query-client.ts";
import { askAgain, ensureSession, hasLastUser, session, subscribe } from "./api/session.ts";
import { loadTexts, startI18n } from "./i18n.ts";
import { router } from "./routes.tsx";
import { Toasts } from "./ui/toast.tsx";

// All at once instead of one after the other: who it is, the words, the page. Whoever was never in here comes to the
// log-in first.
const isExpected = hasLastUser();
if (isExpected) void ensureSession().catch(() => {});
await startI18n();
if (isExpected) {
  for (const part of ["room", "failures"] as const) void loadTexts(part);
  for (const { routeId } of router.matchRoutes(router.latestLocation)) {
    const { component } = router.routesById[routeId as keyof typeof router.routesById].options;
    void (component as { preload?: () => Promise<unknown> } | undefined)?.preload?.();
  }
}

// When the session ends (here, in another tab, or by an administrator) the guarded pages send the person to the login.
let before = session().status;
subscribe(() => {
  const now = session().status;
  // First away from the page, whose queries would ask again, then forget what they knew.
  if (before === "in" && now === "out")
    void router.invalidate().then(() => {
      queryClient.clear();
      askAgain();
    });
  // Somebody logged in in another tab.
  if (before === "out" && now === "unknown") void router.invalidate();
  before = now;
});

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
);
