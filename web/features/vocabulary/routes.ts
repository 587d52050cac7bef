/** Addresses of the vocabulary, and of how well search finds. Their texts come with the first of them. */
import { createRoute } from "@tanstack/react-router";
import { app, text } from "../../app-route.tsx";
import { given } from "../../given.ts";
import { loadTexts } from "../../i18n.ts";
import { lazyPart } from "../../lazy-part.tsx";

const beforeLoad = () => loadTexts("course");

const vocabulary = createRoute({
  getParentRoute: () => app,
  path: "/vocabulary",
  beforeLoad,
  validateSearch: (search) => given("subject", text(search["subject"])),
  component: lazyPart(() => import("./vocabulary-page.tsx"), "VocabularyPage"),
});
const searchQuality = createRoute({
  getParentRoute: () => app,
  path: "/settings/search",
  beforeLoad,
  component: lazyPart(
    () => import("../search/measurements/search-quality-page.tsx"),
    "SearchQualityPage",
  ),
});

export const courseRoutes = [vocabulary, searchQuality] as const;
