/** Of the cache that page and service worker share. */
export const KEPT_MEDIA = "lm-kept-media";

/** Sound of recordings and files of documents. */
export const MEDIA = /\/api\/(?:recordings\/[^/]+\/audio|study-materials\/[^/]+\/file)$/;
