# Daybook in a container: one process, no root, two folders that last.
#
#     docker build -t daybook .
#     docker run --name daybook -p 127.0.0.1:8080:8080 -v daybook-data:/var/lib/daybook -v daybook-keys:/etc/daybook \
#         --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --stop-timeout 60 daybook
#
# The first manager, in the running container:
#
#     printf '%s' "$PASSWORD" | docker exec -i daybook daybook account create --role service_manager \
#         --name NAME --email MAIL --password-stdin --authority AUTHORITY
#
# The data and the keys are two volumes, so that a copy of one is never a copy of both. The keys are
# made at the first start: keep a copy of them apart from the backups. For PostgreSQL: -e DAYBOOK_DATABASE=postgres://...;
# daybook backup then wants pg_dump of the server's version, which is not in here: run it beside the server.

FROM node:22-bookworm-slim AS app
WORKDIR /src/app
COPY app/package.json app/package-lock.json app/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY app/ ./
COPY api-spec/openapi.json /src/api-spec/openapi.json
COPY languages/ /src/languages/
RUN npm run build

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
COPY --from=app /src/app/dist app/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin daybook \
    && install -D target/release/daybook /out/daybook

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl libpq5 libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 daybook \
    && useradd --system --uid 10001 --gid daybook --home-dir /var/lib/daybook --shell /usr/sbin/nologin daybook \
    && install -d -o daybook -g daybook -m 0700 /var/lib/daybook /etc/daybook
COPY --from=build /out/daybook /usr/local/bin/daybook
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/daybook/
USER 10001:10001
WORKDIR /var/lib/daybook
ENV DAYBOOK_LISTEN=0.0.0.0:8080 \
    DAYBOOK_DATABASE=sqlite:/var/lib/daybook/daybook.db \
    DAYBOOK_KEYS=/etc/daybook/daybook.keys \
    DAYBOOK_LOG_JSON=true
VOLUME ["/var/lib/daybook", "/etc/daybook"]
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=4 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "--max-time", "2", "http://127.0.0.1:8080/health/live"]
ENTRYPOINT ["/usr/local/bin/daybook"]
CMD ["serve"]
