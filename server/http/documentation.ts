/** `/api/openapi.json`, generated from the routes, and a page that shows it without any script or outside address. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import { createRouter, type AppEnv } from "./router.ts";

interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  responses?: Record<string, { description?: string }>;
}

/** @param basePath of the public address (config.ts). */
function openApiDocument(api: OpenAPIHono<AppEnv>, basePath = "") {
  const document = api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Little Monster",
      version: "1",
      description: "Self-hosted study companion. Errors are problem documents (RFC 9457).",
    },
    servers: [{ url: `${basePath}/api` }],
    security: [{ bearer: [] }],
  });
  document.components = {
    ...document.components,
    securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
  };
  return document;
}

export function documentationRoutes(api: OpenAPIHono<AppEnv>, basePath: string) {
  const router = createRouter();
  router.get("/openapi.json", (c) => c.json(openApiDocument(api, basePath)));
  router.get("/docs", (c) => {
    const { paths = {} } = openApiDocument(api);
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
        path,
        method,
        ...operation,
      })),
    );
    const tags = [...new Set(operations.map(({ tags: [tag] = ["other"] }) => tag))];
    return c.html(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width" />
            <title>Little Monster API</title>
            <style>
              :root {
                color-scheme: light dark;
                font:
                  1rem/1.5 system-ui,
                  sans-serif;
              }
              body {
                margin: 2rem auto;
                max-width: 56rem;
                padding: 0 1rem;
              }
              summary {
                cursor: pointer;
                padding: 0.25rem 0;
              }
              code {
                font-size: 0.95em;
              }
              .method {
                display: inline-block;
                min-width: 4.5em;
                font-weight: 700;
                text-transform: uppercase;
              }
            </style>
          </head>
          <body>
            <h1>Little Monster API</h1>
            <p>
              Every path stands under <code>/api</code>. The machine-readable document is
              <a href="openapi.json">/api/openapi.json</a>.
            </p>
            ${tags.map(
              (tag) =>
                html`<h2>${tag}</h2>
                  ${operations
                    .filter(({ tags: [first] = ["other"] }) => first === tag)
                    .map(
                      (operation) =>
                        html`<details>
                          <summary>
                            <span class="method">${operation.method}</span>
                            <code>${operation.path}</code> ${operation.summary}
                          </summary>
                          <p>${operation.description}</p>
                          <ul>
                            ${Object.entries(operation.responses ?? {}).map(answerLine)}
                          </ul>
                        </details>`,
                    )}`,
            )}
          </body>
        </html>`,
    );
  });
  return router;
}

function answerLine([status, { description }]: [string, { description?: string }]) {
  return html`<li><code>${status}</code> ${description}</li>`;
}
