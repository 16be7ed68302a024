# The files that declare dependencies: while they stay equal, the next stage comes from the cache.
FROM node:24-bookworm-slim AS manifests
WORKDIR /trainyard
COPY package.json package-lock.json ./
COPY apps apps
COPY packages packages
COPY tools tools
RUN find apps packages tools -type f ! -name package.json -delete

FROM node:24-bookworm-slim AS dependencies
WORKDIR /trainyard
COPY --from=manifests /trainyard ./
# TypeScript comes along as an optional peer of a peer; nothing runs it.
RUN npm ci --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/typescript node_modules/@typescript \
 && npm cache clean --force

# No build step: Node runs the TypeScript. One image; the command names the process: api, dispatcher, reconciler, cli.
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /trainyard
COPY --from=dependencies /trainyard ./
COPY workflows workflows
COPY packages packages
COPY tools tools
COPY apps apps
USER node
EXPOSE 8787
ENTRYPOINT ["/bin/sh", "-c", "exec node \"apps/$0/src/main.ts\" \"$@\""]
CMD ["api"]
