import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { moveCitations } from "#server/features/citations/move-citations.ts";
import {
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  whyEnded,
  WAITS_AGAIN,
} from "#server/features/jobs/contract.ts";
import { indexSource } from "#server/features/search/index-source.ts";
import { detectLanguage } from "#server/features/search/languages.ts";
import { realignMaterial } from "#server/features/slides/realign.ts";
import { mineMaterialLater } from "#server/features/vocabulary/start-mining.ts";
import { storePage } from "./add-web-material.ts";
import { detectFormat } from "./detect-kind.ts";
import { formatByMimeType } from "./formats/shapes.ts";
import { lineFeedsOf, type ParsedDocument } from "./parsing/contract.ts";
import { parseInChild } from "./parsing/parse-in-child.ts";
import { findMaterialFile, updateMaterial } from "./queries.ts";

/**
 * Reads an uploaded document, keeps its text, and makes it searchable.
 * @throws Failure `not-found`.
 */
export async function parseMaterial(context: Context, job: ClaimedJob<"parse-material">, run: Run) {
  const { userId, id } = ownerAndId(job);
  let file = (await findMaterialFile(context.database, userId, id)) ?? fail("not-found");
  await run.write(async (tx) => {
    await updateMaterial(tx, userId, id, {
      status: "processing",
      error_code: null,
      error_message: null,
    });
    await notifyChanged(tx, userId, { kind: "study_material", id, change: "updated" });
  });
  if (!file.storage_key && file.source_url)
    file = await storePage(context, userId, id, file.source_url, run.signal);
  if (!file.storage_key) fail("not-found");
  const name = file.original_filename ?? nameOfPage(file);
  const charset = /charset\s*=\s*["']?([\w.:-]+)/i.exec(file.mime_type ?? "")?.[1];
  const parsed = await context.storage.withLocalFile(file.storage_key, async (path) =>
    parseInChild(
      {
        path,
        kind: (await detectFormat(path, name)).kind,
        ...(charset ? { charset } : {}),
        ...(file.language ? { language: file.language } : {}),
        ...(file.text_encoding && file.text_encoding_found_by === "student"
          ? { encoding: file.text_encoding }
          : {}),
        ...(file.kind === "web" ? { web: true } : {}),
      },
      { signal: run.signal, onProgress: (fraction) => run.progress(fraction * 0.9) },
    ),
  );
  const { passages } = await run.write(async (tx) => {
    const row = await tx
      .selectFrom("study_materials")
      .select(["language", "content"])
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .executeTakeFirst();
    const language = row?.language ?? detectLanguage(parsed.content) ?? null;
    const kept = await updateMaterial(tx, userId, id, {
      ...storedText(parsed),
      language,
      status: "ready",
      ...(job.payload.untitled && parsed.title ? { title: parsed.title } : {}),
    });
    if (!kept) fail("not-found");
    await moveCitations(
      tx,
      userId,
      { study_material_id: id },
      row?.content ?? null,
      parsed.content,
    );
    const indexed = await indexSource(
      context,
      tx,
      userId,
      { study_material_id: id },
      {
        text: parsed.content,
        language,
        sections: parsed.sections,
        lineFeeds: lineFeedsOf(file.kind),
      },
    );
    await realignMaterial(tx, userId, id);
    await notifyChanged(tx, userId, { kind: "study_material", id, change: "updated" });
    return indexed;
  });
  return {
    study_material_id: id,
    characters: parsed.content.length,
    pages: parsed.page_count ?? null,
    passages,
  };
}

function storedText(parsed: ParsedDocument) {
  return {
    content: parsed.content,
    sections: JSON.stringify(parsed.sections),
    layout: JSON.stringify(parsed.layout ?? []),
    page_count: parsed.page_count ?? null,
    text_encoding: parsed.text_encoding ?? null,
    text_encoding_found_by: parsed.text_encoding_found_by ?? null,
  };
}

/** A page has no name of its own; what its server calls it says enough, else its address. */
function nameOfPage({
  mime_type,
  source_url,
}: {
  mime_type: string | null;
  source_url: string | null;
}) {
  const format = formatByMimeType(mime_type?.split(";")[0]?.trim().toLowerCase() ?? "");
  if (format) return `page.${format.extensions[0]}`;
  return source_url && URL.canParse(source_url) ? new URL(source_url).pathname : undefined;
}

export async function materialEnded(tx: Tx, job: JobOfUser<"parse-material">, outcome: Outcome) {
  const { userId, id } = ownerAndId(job);
  if (outcome.status === "completed") return mineMaterialLater(tx, userId, id);
  const why = whyEnded(outcome, "Reading this document was cancelled.");
  await updateMaterial(tx, userId, id, { status: "failed", ...why });
  await notifyChanged(tx, userId, { kind: "study_material", id, change: "updated" });
}

export async function materialRetried(tx: Tx, job: JobOfUser<"parse-material">) {
  const { userId, id } = ownerAndId(job);
  await updateMaterial(tx, userId, id, WAITS_AGAIN);
  await notifyChanged(tx, userId, { kind: "study_material", id, change: "updated" });
}

function ownerAndId({ user_id, payload }: JobOfUser<"parse-material">) {
  return { userId: user_id, id: payload.study_material_id };
}
