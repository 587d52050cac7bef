/** What other apps share lies in a cache until the page takes it: by the service worker, as a form is posted to it. */
export const SHARED = "lm-shared";
/** In the address of the page when there was no room for it, or nobody who takes it. */
export const NOT_LAID_ASIDE = "missed";

/**
 * All of it or nothing: half of what was shared would look like the whole.
 * @param form as manifest.webmanifest names its fields
 * @throws DOMException when the device has no room for it
 */
export async function layAside(form: FormData) {
  await caches.delete(SHARED);
  try {
    await putAll(form);
  } catch (error) {
    await caches.delete(SHARED);
    throw error;
  }
}

async function putAll(form: FormData) {
  const cache = await caches.open(SHARED);
  for (const [number, file] of form.getAll("files").entries())
    if (file instanceof File && file.size > 0)
      await cache.put(
        `/shared/${number}`,
        new Response(file, {
          headers: {
            "Content-Type": file.type || "application/octet-stream",
            "X-File-Name": encodeURIComponent(file.name),
          },
        }),
      );
  const texts = Object.fromEntries(
    ["title", "text", "url"].map((name) => [name, String(form.get(name) ?? "")]),
  );
  await cache.put("/shared/texts", Response.json(texts));
}

/** Once: it is gone from there afterwards. */
export async function takeShared() {
  const texts = { title: "", text: "", url: "" };
  const files: File[] = [];
  if (!("caches" in globalThis)) return { files, ...texts };
  const cache = await caches.open(SHARED);
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    if (!answer) continue;
    if (request.url.endsWith("/shared/texts")) Object.assign(texts, await answer.json());
    else
      files.push(
        new File(
          [await answer.blob()],
          decodeURIComponent(answer.headers.get("X-File-Name") ?? "file"),
          {
            type: answer.headers.get("Content-Type") ?? "",
          },
        ),
      );
  }
  await caches.delete(SHARED);
  return { files, ...texts };
}
