# One image for app and worker: wheels are built apart, nothing runs as root.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /opt/city \
 && /opt/city/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/app.txt \
 && python -m pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: --target /opt/assets -r requirements/assets.txt
COPY pyproject.toml README.md ./
COPY app/ app/
COPY templates/ templates/
COPY migrations/ migrations/
COPY data/ data/
RUN /opt/city/bin/python -m app.messages compile \
 && /opt/city/bin/pip install --no-cache-dir --no-build-isolation --no-deps . \
 && cp -r /opt/assets "$(/opt/city/bin/python -c 'import pathlib, app; print(pathlib.Path(app.__file__).parent)')/assets"

FROM python:3.11-slim
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin city \
 && mkdir /data && chown city:city /data
COPY --from=build /opt/city /opt/city
ENV PATH=/opt/city/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ENVIRONMENT=production HOST=0.0.0.0 PORT=8000
WORKDIR /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["app", "serve"]
