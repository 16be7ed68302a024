# The files that declare dependencies: while they stay equal, the next stage comes from the cache.
FROM node:24-bookworm-slim AS manifests
WORKDIR /trainyard
COPY package.json package-lock.json ./
COPY apps apps
COPY packages packages
COPY tools tools
RUN find apps packages tools -type f ! -name package.json -delete \
 && find apps packages tools -type d -empty -delete

FROM node:24-bookworm-slim AS dependencies
WORKDIR /trainyard
COPY --from=manifests /trainyard ./
# TypeScript comes along as an optional peer of a peer; nothing runs it.
RUN npm ci --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/typescript node_modules/@typescript \
 && npm cache clean --force

# The studio is the only part that is built. Its packages run in the browser and are not in the last stage.
FROM manifests AS studio
RUN npm ci --workspace @trainyard/web --ignore-scripts --no-audit --no-fund
COPY apps/web apps/web
COPY packages packages
RUN npm run build --workspace @trainyard/web

# Node runs the TypeScript of the servers. One image; the command names the process: api, dispatcher, reconciler, cli.
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /trainyard
COPY --from=dependencies /trainyard ./
COPY workflows workflows
COPY packages packages
COPY tools tools
COPY apps/api apps/api
COPY apps/cli apps/cli
COPY apps/dispatcher apps/dispatcher
COPY apps/reconciler apps/reconciler
COPY --from=studio /trainyard/apps/web/dist apps/web/dist
USER node
EXPOSE 8787
ENTRYPOINT ["/bin/sh", "-c", "exec node \"apps/$0/src/main.ts\" \"$@\""]
CMD ["api"]
