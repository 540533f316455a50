# Every target says in one line what it is for: `make help`.
.DEFAULT_GOAL := help
.PHONY: help setup run test check test-all lock openapi bench
PYTHON ?= python3
BIN := .venv/bin

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

setup: .venv/.ok  ## build .venv from the lock; does nothing when it is up to date

.venv/.ok: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv --without-pip .venv
	$(PYTHON) -m pip --python .venv install --quiet --require-hashes -r requirements-dev.lock
	$(PYTHON) -m pip --python .venv install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: setup  ## everything set up, a demo issued, the service on http://127.0.0.1:8000
	$(BIN)/attesta demo

# Tests start dozens of processes; where nothing compiled is kept, each compiles the whole house again.
test test-all: export PYTHONDONTWRITEBYTECODE :=
# In the order of the folders: by the number of its tests, which is the default, a long file of few tests would come last.
BY_FILE := -n 2 --dist loadfile --no-loadscope-reorder
# Plugins that no short test needs: each asks something before and after every test.
UNUSED := -p no:schemathesis -p no:anyio

test: setup  ## the tests that need nothing but this checkout (two to three minutes)
	$(BIN)/python -m pytest $(BY_FILE) $(UNUSED) -m "not interop and not postgres and not long and not browser"

check: setup  ## ruff, mypy, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-all: setup  ## all tests: PostgreSQL, foreign judges, browser, long property runs
	$(BIN)/python -m pytest $(BY_FILE)

lock: setup  ## compute both lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra build --extra postgres --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -p 3.11 -U -o requirements.lock
	uv pip compile pyproject.toml --extra dev -c requirements.lock --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -p 3.11 -U -o requirements-dev.lock

PEERS := bench/.venv-peers/.ok bench/node/node_modules/.package-lock.json

bench: setup $(PEERS)  ## Attesta beside its peers: ten minutes of a quiet machine; needs node 20 and npm
	$(BIN)/python -m bench

bench/.venv-peers/.ok: bench/requirements-peers.txt
	$(PYTHON) -m venv --without-pip bench/.venv-peers
	$(PYTHON) -m pip --python bench/.venv-peers install --quiet -r bench/requirements-peers.txt
	@touch $@

bench/node/node_modules/.package-lock.json: bench/node/package-lock.json
	cd bench/node && npm ci --ignore-scripts
	@touch $@

openapi: setup  ## write openapi/openapi.json anew
	$(BIN)/attesta openapi > openapi/openapi.json
