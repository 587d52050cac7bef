import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

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
    // The policy is font-src 'self': small fonts stay files instead of becoming data: addresses.
    assetsInlineLimit: 0,
  },
  server: { port: 4601, proxy: { "/api": "http://127.0.0.1:4600" } },
});
