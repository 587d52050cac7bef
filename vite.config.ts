import { createHash } from "node:crypto";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { build, defineConfig } from "vite";

export default defineConfig({
  root: "web",
  // The server puts the path of its public address before what the page names (server/http/web-files.ts).
  base: "./",
  plugins: [
    react(),
    tailwindcss(),
    {
      name: "pdfjs-data",
      // What pdf.js fetches while it draws: character maps, standard fonts, decoders.
      async writeBundle({ dir }) {
        for (const folder of ["cmaps", "standard_fonts", "wasm"])
          await cp(`node_modules/pdfjs-dist/${folder}`, `${dir}/pdfjs/${folder}`, {
            recursive: true,
          });
      },
    },
    {
      name: "compressed",
      // Once, as small as it gets; the server sends what a browser takes (server/http/web-files.ts).
      async closeBundle() {
        await buildServiceWorker();
        for (const name of await readdir("web/dist", { recursive: true })) {
          if (!/\.(?:m?js|css|svg|json|webmanifest)$/.test(name)) continue;
          const path = join("web/dist", name);
          const content = await readFile(path);
          if (content.length < 1400) continue;
          await writeFile(
            `${path}.br`,
            await promisify(brotliCompress)(content, {
              params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
            }),
          );
          await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
        }
      },
    },
  ],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    manifest: true,
    rolldownOptions: {
      output: {
        // Few files: each one asks the line for a round trip, and small ones are compressed worse. What every page needs
        // is one (all but the entry itself), what many pages share another, as do what shows and sends content, and the icons.
        codeSplitting: {
          groups: [
            {
              name: "frame",
              tags: ["$initial"],
              test: /^(?!.*(?:main\.tsx|index\.html))/,
              priority: 5,
            },
            { name: "common", test: /\.[cm]?[jt]sx?$/, minShareCount: 12, priority: 4 },
            {
              name: "content",
              test: /web[\\/](?:offline|features[\\/]content)[\\/](?!study-materials|.*pdf)|outbox|new-id/,
              minShareCount: 2,
              priority: 3,
            },
            {
              name: "icons",
              test: /node_modules[\\/]lucide-react[\\/]/,
              minShareCount: 2,
              priority: 2,
            },
          ],
        },
      },
    },
    // The policy is font-src 'self': small fonts stay files instead of becoming data: addresses.
    assetsInlineLimit: 0,
  },
  server: { port: 4601, proxy: { "/api": "http://127.0.0.1:4600" } },
});

/**
 * After the page, whose files it names. Names under assets/ carry a hash; the others are told apart by their content.
 */
async function buildServiceWorker() {
  const names = await readdir("web/dist", { recursive: true });
  const hash = async (name: string) =>
    createHash("sha256")
      .update(await readFile(join("web/dist", name)))
      .digest("hex")
      .slice(0, 16);
  const entries: { url: string; revision: string | null }[] = [
    // The server puts the path of its public address into the page, so it is fetched as a page.
    { url: "offline-page", revision: await hash("index.html") },
  ];
  for (const name of names.map((each) => each.replaceAll("\\", "/"))) {
    if (/^assets\/.*\.(?:m?js|css|woff2)$/.test(name)) entries.push({ url: name, revision: null });
    if (/^[^/]+\.(?:js|svg|png|webmanifest)$/.test(name) && name !== "sw.js")
      entries.push({ url: name, revision: await hash(name) });
  }
  await build({
    configFile: false,
    logLevel: "warn",
    define: { PRECACHE: JSON.stringify(entries) },
    build: {
      outDir: "web/dist",
      emptyOutDir: false,
      copyPublicDir: false,
      target: "es2022",
      rollupOptions: {
        input: "web/service-worker.ts",
        output: { entryFileNames: "sw.js", format: "iife" },
      },
    },
  });
}
