import type { Recording } from "../../../api/types.ts";
import { upload, type UploadOptions } from "../../../api/upload.ts";

/** One multipart request; answers with the id of the recording. */
export async function uploadRecording(
  given: {
    file: File | Blob;
    filename?: string;
    captions?: File | undefined;
    fields: Record<string, string>;
  },
  options: UploadOptions,
) {
  const form = new FormData();
  // Fields first: the server reads the form as a stream.
  for (const [name, value] of Object.entries(given.fields)) form.append(name, value);
  if (given.captions) form.append("captions", given.captions, given.captions.name);
  form.append(
    "file",
    given.file,
    given.filename ?? (given.file instanceof File ? given.file.name : "recording"),
  );
  const { recording } = await upload<{ recording: Recording }>("/recordings", form, options);
  return recording.id;
}
