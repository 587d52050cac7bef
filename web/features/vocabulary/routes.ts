/** Addresses of the vocabulary, and of how well search finds. Their texts come with the first of them. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { app, given, text } from "../../app-route.tsx";
import { loadTexts } from "../../i18n.ts";

const beforeLoad = () => loadTexts("course");

const vocabulary = createRoute({
  getParentRoute: () => app,
  path: "/vocabulary",
  beforeLoad,
  validateSearch: (search) => given("subject", text(search["subject"])),
  component: lazyRouteComponent(() => import("./vocabulary-page.tsx"), "VocabularyPage"),
});
const searchQuality = createRoute({
  getParentRoute: () => app,
  path: "/settings/search",
  beforeLoad,
  component: lazyRouteComponent(
    () => import("../search/measurements/search-quality-page.tsx"),
    "SearchQualityPage",
  ),
});

export const courseRoutes = [vocabulary, searchQuality] as const;
