import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { upload, type UploadOptions } from "../../../api/upload.ts";

/** One multipart request; answers with the id of the study material. */
export async function uploadMaterial(
  given: { file: File; fields: Record<string, string> },
  options: UploadOptions,
) {
  const form = new FormData();
  for (const [name, value] of Object.entries(given.fields)) form.append(name, value);
  form.append("file", given.file, given.file.name);
  return (await upload<StudyMaterial>("/study-materials", form, options)).id;
}
