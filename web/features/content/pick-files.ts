import { ACCEPTED, addUploads } from "./uploads.ts";

/** The system's own choice of files, from anywhere in the app; they are uploaded. */
export function pickFiles() {
  ask({ multiple: true, accept: ACCEPTED });
}

/** The phone's own camera; its picture is uploaded like any file. */
export function photograph() {
  ask({ accept: "image/*", capture: "environment" });
}

function ask(wish: Partial<HTMLInputElement>) {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", ...wish });
  input.addEventListener("change", () => addUploads(input.files ?? []));
  input.click();
}
