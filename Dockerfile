# featuregraph as it stands in this repository, with its example: one image for gateway, subgraphs and commands.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The image has a Node already: without the workspace that brings one.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspaces=false

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY deploy/featuregraph.config.ts deploy/check-health.ts ./deploy/
COPY examples/flights ./examples/flights
COPY gateway ./gateway
COPY schema ./schema
COPY src ./src
# What a new volume begins as: the folder with its owner. Repair logs and, later, usage logs are kept here.
RUN mkdir /var/lib/featuregraph && chown node:node /var/lib/featuregraph
ENV FEATUREGRAPH_DATA_FOLDER=/var/lib/featuregraph
VOLUME ["/var/lib/featuregraph"]
USER node
EXPOSE 4000 4001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["node", "deploy/check-health.ts"]
ENTRYPOINT ["node", "src/cli/main.ts"]
CMD ["--help"]
