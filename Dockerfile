# syntax=docker/dockerfile:1
# Clausewatch as a container: docker build -t clausewatch . && docker compose up -d
# Settings come as environment variables (docs/settings.md); the database is in /data.

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/clausewatch
# What the locks name, each checked by its hash; a layer of its own, since it seldom changes.
COPY locks/run.txt locks/run.txt
RUN /opt/clausewatch/bin/pip install --require-hashes --requirement locks/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY analysis analysis
COPY storage storage
COPY crawler crawler
COPY alerts alerts
COPY scheduler scheduler
COPY clausewatch clausewatch
RUN /opt/clausewatch/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --create-home clausewatch
COPY --from=build /opt/clausewatch /opt/clausewatch
ENV PATH=/opt/clausewatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CLAUSEWATCH_DATABASE=/data/clausewatch.sqlite \
    CLAUSEWATCH_MAIL_FOLDER=/data/mails \
    CLAUSEWATCH_LISTEN=127.0.0.1:8417
USER 10001:10001
WORKDIR /data
VOLUME /data
# A stop takes ten seconds at most; what was not done is done after the next start.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=10s --start-period=5m --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8417/healthz', timeout=8)"]
ENTRYPOINT ["clausewatch"]
CMD ["run"]
