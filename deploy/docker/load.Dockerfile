# The image of the load test: `docker compose --profile load`, see docs/loadtest.md.

FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 fasti \
 && useradd --uid 10001 --gid fasti --no-create-home --home-dir /tmp --shell /usr/sbin/nologin fasti \
 # A new named volume takes over owner and mode of the directory that it is mounted on.
 && install --directory --owner fasti --group fasti --mode 0700 /load
COPY requirements-dev.txt /tmp/requirements-dev.txt
RUN python -m venv /opt/fasti/venv \
 && /opt/fasti/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
    --constraint /tmp/requirements-dev.txt locust psutil
WORKDIR /opt/fasti
COPY loadtest loadtest
RUN venv/bin/python -m compileall -q loadtest

ENV PATH=/opt/fasti/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
STOPSIGNAL SIGINT
ENTRYPOINT ["python", "-m", "loadtest"]
