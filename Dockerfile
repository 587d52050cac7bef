# The application and the worker: the same image, another command.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npx vite build

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 LM_DATA_DIR=/data
COPY package.json package-lock.json ./
# Optional packages stay: the native parts of the speech engines and of Argon2 are among them.
RUN npm ci --omit=dev && npm cache clean --force
COPY LICENSE ./
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
