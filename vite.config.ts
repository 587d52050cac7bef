import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: "web",
  base: "/",
  plugins: [react(), tailwindcss()],
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
