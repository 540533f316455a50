# The same steps as `make setup`, with the locked run-time packages only.
FROM python:3.11-slim-bookworm

WORKDIR /srv/attesta
ENV PYTHONUNBUFFERED=1

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE NOTICE ./
COPY migrations migrations
COPY app app
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
 && useradd --system --uid 10001 --no-create-home attesta \
 && install -d -o attesta -g attesta -m 0700 /data

# Database, keys and generated secrets live in /data: keep that volume. Set ATTESTA_BASE_URL to the public address.
ENV ATTESTA_HOST=0.0.0.0 ATTESTA_PORT=8000 ATTESTA_DATA_DIR=/data
USER attesta
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:%s/health/ready' % os.environ['ATTESTA_PORT'], timeout=4)"]
CMD ["attesta", "serve"]
