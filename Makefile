# Needs Python 3.11 and make; everything else is put into .venv by `make setup`.
#
#   make run      the whole graph on an embedded database with sample data: http://127.0.0.1:4000/graphiql
#   make test     the tests, on SQLite and on a PostgreSQL that comes as a wheel; under five minutes on two cores
#   make check    format, lint, types, tests, and everything checked in against what the code prints
#   make prove    the longer proofs: differential, faults, browser
#   make bench    measurements, with machine and date, into benchmarks/results
PYTHON ?= python3
PORT ?= 4000
DATA ?= .data
BIN := .venv/bin
WORKERS ?= auto
# Each worker begins with a part of the tests that lie together, so that what they share is made once, and takes from
# another's part when its own is done.
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev explorer run test check format lint types contract deploy-check plan-sizes prove bench lock clean

help:
	@sed -n 's/^#   //p' Makefile

# One environment; the stamps tell which of the two lock files it holds.
.venv/run.stamp: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what the graph runs on (requirements.lock) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what tests and checks need (requirements-dev.lock) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: .venv/run.stamp explorer
setup-dev: .venv/dev.stamp

# GraphiQL is built where npm is; without it the page explains itself and falls back to a CDN.
EXPLORER := gateway/server/explorer
explorer: $(EXPLORER)/static/index.html
$(EXPLORER)/static/index.html: $(EXPLORER)/web/package.json $(wildcard $(EXPLORER)/web/*.html) $(wildcard $(EXPLORER)/web/src/*)
	@if command -v npm >/dev/null 2>&1; then \
		echo "Building GraphiQL (once) …"; \
		cd $(EXPLORER)/web && npm install --no-audit --no-fund --silent && npm run --silent build && touch ../static/index.html \
			|| echo "GraphiQL was not built; /graphiql will say how to."; \
	else echo "No npm here: /graphiql will load GraphiQL from a CDN."; fi

run: setup
	$(BIN)/channelgraph up --data $(DATA) --port $(PORT)

test: .venv/dev.stamp
	$(PYTEST) -m "not prove"

check: .venv/dev.stamp lint types contract deploy-check plan-sizes test

format: .venv/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev.stamp
	$(BIN)/mypy

# schema/ and the plan pages against what the code prints; `channelgraph check --write` renews them.
contract: .venv/dev.stamp
	$(BIN)/channelgraph check

deploy-check: .venv/dev.stamp
	$(BIN)/python deploy/check.py

# Requests and depth of our own graphs' and the channels' plans are held by the tests; here, those of others' cases where they
# lie beside the project.
CONFORMANCE ?= $(wildcard ../shared/conformance)
plan-sizes: .venv/dev.stamp
	@if [ -n "$(CONFORMANCE)" ]; then $(BIN)/python benchmarks/plan_sizes.py "$(CONFORMANCE)"; fi

prove: .venv/dev.stamp explorer
	$(PYTEST) -m prove

bench: .venv/dev.stamp
	$(BIN)/python benchmarks/run.py

# Both lock files name packages, versions and hashes, and no index.
lock: .venv/dev.stamp
	$(BIN)/uv pip compile --quiet pyproject.toml --extra pg --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	$(BIN)/uv pip compile --quiet pyproject.toml --all-extras --group dev --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.lock

clean:
	rm -rf .venv .data .mypy_cache .ruff_cache .pytest_cache .hypothesis
