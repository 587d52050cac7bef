/** The table job type -> handler: with `server/app.ts` one of the two places that know every feature. */
import { finishDeletions } from "#server/features/account/deletion/finish-deletions.ts";
import { exportEnded, exportRetried, runExport } from "#server/features/account/run-export.ts";
import { importEnded, importRetried, runImport } from "#server/features/account/run-import.ts";
import { emptyOldBins } from "#server/features/content/bin/empty-bin.ts";
import { drawWaveform } from "#server/features/content/recordings/draw-waveform.ts";
import { addSample } from "#server/features/content/samples/add-sample.ts";
import {
  speakText,
  speechEnded,
  speechRetried,
} from "#server/features/content/speech/run-speech.ts";
import {
  materialEnded,
  materialRetried,
  parseMaterial,
} from "#server/features/content/study-materials/parse-material.ts";
import { finishUploadJob } from "#server/features/content/uploads/finish-upload.ts";
import { removeOrphans } from "#server/features/content/uploads/remove-orphans.ts";
import { fetchModel } from "#server/features/engines/fetch-model.ts";
import { sweepAnswers } from "#server/features/interactions/sweep-answers.ts";
import type { HandlerOf } from "#server/features/jobs/contract.ts";
import type { JobType } from "#server/features/jobs/job-types.ts";
import { embedPassages, sweepEmbeddings } from "#server/features/search/embed-passages.ts";
import { indexAgain, sweepOldWords } from "#server/features/search/index-again.ts";
import { runIndexing } from "#server/features/search/index-soon.ts";
import {
  measurementEnded,
  measurementRetried,
  runMeasurement,
} from "#server/features/search/measurements/run-measurement.ts";
import {
  alignmentEnded,
  alignmentRetried,
  runAlignment,
} from "#server/features/slides/run-alignment.ts";
import { runSearch, searchEnded, searchRetried } from "#server/features/speakers/run-search.ts";
import {
  runSuggestions,
  suggestionsEnded,
  suggestionsRetried,
} from "#server/features/study/cards/suggestions/run-suggestions.ts";
import {
  exportCards,
  transferEnded,
  transferRetried,
} from "#server/features/study/cards/transfers/export-cards.ts";
import { importCards } from "#server/features/study/cards/transfers/import-cards.ts";
import {
  runSummary,
  summaryEnded,
  summaryRetried,
} from "#server/features/study/overviews/summaries/write-summary.ts";
import { fitReviews, scheduleFits } from "#server/features/study/reviews/fit-weights.ts";
import { replayReviews } from "#server/features/study/reviews/replay-reviews.ts";
import {
  runTranscription,
  transcriptionEnded,
  transcriptionRetried,
} from "#server/features/transcription/run-transcription.ts";
import { cleanUp } from "#server/features/upkeep/clean-up.ts";
import { runMining } from "#server/features/vocabulary/mine-vocabulary.ts";
import {
  proposalsEnded,
  proposeCorrections,
} from "#server/features/vocabulary/propose-corrections.ts";

export const handlers = {
  transcribe: {
    run: runTranscription,
    onEnded: transcriptionEnded,
    onRetry: transcriptionRetried,
    concurrency: () => 1,
    machineConcurrency: () => 1,
  },
  speak: { run: speakText, onEnded: speechEnded, onRetry: speechRetried, concurrency: () => 2 },
  "parse-material": {
    run: parseMaterial,
    onEnded: materialEnded,
    onRetry: materialRetried,
    concurrency: () => 2,
  },
  "embed-passages": { run: embedPassages, concurrency: () => 1 },
  "measure-search": {
    run: runMeasurement,
    onEnded: measurementEnded,
    onRetry: measurementRetried,
    concurrency: () => 1,
  },
  "add-sample": { run: addSample, concurrency: () => 1 },
  "fetch-model": { run: fetchModel, concurrency: () => 1, machineConcurrency: () => 1 },
  "sweep-embeddings": { run: sweepEmbeddings, everySeconds: 600 },
  "index-source": { run: runIndexing, concurrency: () => 1 },
  "index-again": { run: indexAgain, concurrency: () => 1 },
  "sweep-old-words": { run: sweepOldWords, everySeconds: 600 },
  "finish-upload": { run: finishUploadJob, concurrency: () => 2 },
  "draw-waveform": { run: drawWaveform, concurrency: () => 1 },
  "align-slides": {
    run: runAlignment,
    onEnded: alignmentEnded,
    onRetry: alignmentRetried,
    concurrency: () => 1,
  },
  "find-speakers": {
    run: runSearch,
    onEnded: searchEnded,
    onRetry: searchRetried,
    concurrency: () => 1,
    machineConcurrency: () => 1,
  },
  "mine-vocabulary": { run: runMining, concurrency: () => 1 },
  "propose-corrections": { run: proposeCorrections, onEnded: proposalsEnded, concurrency: () => 1 },
  "export-account": {
    run: runExport,
    onEnded: exportEnded,
    onRetry: exportRetried,
    concurrency: () => 1,
  },
  "import-account": {
    run: runImport,
    onEnded: importEnded,
    onRetry: importRetried,
    concurrency: () => 1,
  },
  "remove-orphans": { run: removeOrphans, everySeconds: 3600 },
  "sweep-answers": { run: sweepAnswers, everySeconds: 120 },
  "finish-deletions": { run: finishDeletions, everySeconds: 60 },
  "clean-up": { run: cleanUp, everySeconds: 3600 },
  "empty-bins": { run: emptyOldBins, everySeconds: 3600 },
  "export-cards": {
    run: exportCards,
    onEnded: transferEnded,
    onRetry: transferRetried,
    concurrency: () => 1,
  },
  "import-cards": {
    run: importCards,
    onEnded: transferEnded,
    onRetry: transferRetried,
    concurrency: () => 1,
  },
  "suggest-cards": {
    run: runSuggestions,
    onEnded: suggestionsEnded,
    onRetry: suggestionsRetried,
    concurrency: () => 1,
  },
  "summarise-source": {
    run: runSummary,
    onEnded: summaryEnded,
    onRetry: summaryRetried,
    concurrency: () => 1,
  },
  "replay-reviews": { run: replayReviews, concurrency: () => 1 },
  "fit-reviews": { run: fitReviews, concurrency: () => 1 },
  "schedule-fits": { run: scheduleFits, everySeconds: 3600 },
} satisfies { [T in JobType]: HandlerOf<T> };
