/** Addresses of learning. Their texts come with the first of them. */
import { createRoute } from "@tanstack/react-router";
import { app, text } from "../../app-route.tsx";
import { given } from "../../given.ts";
import { loadTexts } from "../../i18n.ts";
import { lazyPart } from "../../lazy-part.tsx";
import type { CardSearch } from "./queries.ts";

const beforeLoad = () => loadTexts("study");
const SHOWN = ["due", "new", "learning", "review", "relearning", "suspended", "leech"] as const;
const subject = (search: Record<string, unknown>) => given("subject", text(search["subject"]));
const source = (search: Record<string, unknown>) => ({
  ...subject(search),
  ...given("recording", text(search["recording"])),
  ...given("material", text(search["material"])),
});

const today = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad,
  component: lazyPart(() => import("./today/today-page.tsx"), "TodayPage", "study"),
});
const learn = createRoute({ getParentRoute: () => app, path: "/learn", beforeLoad });
const cards = createRoute({
  getParentRoute: () => learn,
  path: "/",
  validateSearch: (search): CardSearch => ({
    ...subject(search),
    ...given("q", text(search["q"])),
    ...given("tag", text(search["tag"])),
    ...given("source_id", text(search["source_id"])),
    ...given(
      "show",
      SHOWN.find((one) => one === search["show"]),
    ),
  }),
  component: lazyPart(() => import("./cards/card-list-page.tsx"), "CardListPage"),
});
const newCard = createRoute({
  getParentRoute: () => learn,
  path: "cards/new",
  validateSearch: subject,
  component: lazyPart(() => import("./cards/new-card-page.tsx"), "NewCardPage"),
});
const card = createRoute({
  getParentRoute: () => learn,
  path: "cards/$id",
  component: lazyPart(() => import("./cards/card-page.tsx"), "CardPage"),
});
const suggestions = createRoute({
  getParentRoute: () => learn,
  path: "suggestions/$id",
  component: lazyPart(() => import("./cards/suggestions-page.tsx"), "SuggestionsPage"),
});
const transfer = createRoute({
  getParentRoute: () => learn,
  path: "transfer",
  component: lazyPart(() => import("./cards/transfer-page.tsx"), "TransferPage"),
});
const print = createRoute({
  getParentRoute: () => learn,
  path: "print",
  validateSearch: subject,
  component: lazyPart(() => import("./cards/print-page.tsx"), "PrintPage"),
});
const review = createRoute({
  getParentRoute: () => learn,
  path: "review",
  validateSearch: subject,
  component: lazyPart(() => import("./reviews/review-page.tsx"), "ReviewPage"),
});
const studySettings = createRoute({
  getParentRoute: () => learn,
  path: "settings",
  component: lazyPart(() => import("./reviews/settings-page.tsx"), "SettingsPage"),
});
const quizzes = createRoute({
  getParentRoute: () => learn,
  path: "quizzes",
  validateSearch: source,
  component: lazyPart(() => import("./quizzes/quizzes-page.tsx"), "QuizzesPage"),
});
const quiz = createRoute({
  getParentRoute: () => learn,
  path: "quizzes/$id",
  component: lazyPart(() => import("./quizzes/quiz-page.tsx"), "QuizPage"),
});
const quizSheet = createRoute({
  getParentRoute: () => learn,
  path: "quizzes/$id/print",
  component: lazyPart(() => import("./quizzes/quiz-sheet.tsx"), "QuizSheet"),
});
const explain = createRoute({
  getParentRoute: () => learn,
  path: "explain",
  validateSearch: source,
  component: lazyPart(() => import("./quizzes/explain-page.tsx"), "ExplainPage"),
});
const progress = createRoute({
  getParentRoute: () => learn,
  path: "progress",
  validateSearch: subject,
  component: lazyPart(() => import("./today/progress-page.tsx"), "ProgressPage"),
});
const oneSubject = createRoute({
  getParentRoute: () => learn,
  path: "subjects/$subject",
  // The words of its vocabulary are in the texts of the course.
  component: lazyPart(() => import("./today/subject-page.tsx"), "SubjectPage", "course"),
});
const overview = createRoute({
  getParentRoute: () => learn,
  path: "overview",
  validateSearch: source,
  component: lazyPart(() => import("./overviews/overview-page.tsx"), "OverviewPage"),
});

export const studyRoutes = [
  today,
  learn.addChildren([
    cards,
    newCard,
    card,
    suggestions,
    transfer,
    print,
    review,
    studySettings,
    quizzes,
    quiz,
    quizSheet,
    explain,
    progress,
    oneSubject,
    overview,
  ]),
] as const;
