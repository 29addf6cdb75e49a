# The two commands of a newcomer: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
HASHED := --require-hashes --only-binary :all:
UV_LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
export PIP_ROOT_USER_ACTION := ignore
export PORT
# What Python and pytest have compiled is kept: workers and served processes read it many times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@echo "==> A Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The module venv is missing. On Debian: apt install python3-venv"; exit 1; }

build/app.stamp: requirements/app.txt pyproject.toml | $(BIN)/python
	@echo "==> Installing what the city needs (about a minute, once)"
	$(PIP) install --progress-bar on -q $(HASHED) -r requirements/app.txt
	$(PIP) install -q --no-build-isolation --no-deps -e .
	@mkdir -p build && touch $@

build/assets.stamp: requirements/assets.txt | $(BIN)/python
	@echo "==> Fetching htmx"
	$(PIP) install -q --no-deps $(HASHED) --upgrade --target build/assets -r requirements/assets.txt
	@touch $@

build/tools.stamp: requirements/tools.txt build/app.stamp
	@echo "==> Installing what tests and checks need (about a minute, once)"
	$(PIP) install --progress-bar on -q $(HASHED) -r requirements/tools.txt
	@touch $@

build/messages.stamp: $(wildcard app/locale/*/LC_MESSAGES/*.po) build/app.stamp
	@$(BIN)/python -m app.messages compile >/dev/null
	@touch $@

.PHONY: install
install: build/app.stamp build/assets.stamp build/messages.stamp ## Install what the city needs to run

.PHONY: install-tools
install-tools: install build/tools.stamp ## Install what tests and checks need

.PHONY: run
run: install ## Serve the demonstration city at http://localhost:8000 (PORT=… for another port)
	@$(BIN)/app demo prepare
	@echo
	@echo "  The city:        http://localhost:$(PORT)/          English: http://localhost:$(PORT)/?lang=en"
	@echo "  Staff sign in:   http://localhost:$(PORT)/pieslegties"
	@echo "  API:             http://localhost:$(PORT)/api"
	@echo "  Letters:         var/mail/*.eml"
	@echo "  Ctrl-C stops; what is in var/ stays."
	@echo
	@exec $(BIN)/app serve --worker

.PHONY: seed
seed: install ## Load the demonstration city into an empty database
	@$(BIN)/app db upgrade && $(BIN)/app demo load

# As root on Debian, tests bring the PostgreSQL and the browser they need.
.PHONY: system
system:
	@missing=""; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v chromium >/dev/null 2>&1 || missing="$$missing chromium fonts-noto-core"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "==> Installing$$missing (Debian's packages)"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "==> Not root:$$missing cannot be installed; the tests that need them are left out, and say so."; fi; \
	fi

# The files with a mark: to read them all for the few that have it takes longer than some of those tests.
marked = $(shell grep -rl --include='test_*.py' 'mark\.$(1)\b' tests)

.PHONY: test
test: install-tools system ## Pass every test: both databases, the API, journeys and axe in a real browser
	$(BIN)/python -m pytest -p no:randomly -m alone $(call marked,alone)
	$(BIN)/python -m pytest -n 2 --dist worksteal -p no:randomly -m faults $(call marked,faults)
	$(BIN)/python -m pytest -n 2 --dist worksteal -p no:randomly -m "not alone and not faults"

.PHONY: test-fast
test-fast: install-tools ## The tests that need neither PostgreSQL nor a browser
	$(BIN)/python -m pytest -n 2 -m "not postgres and not browser and not slow"

.PHONY: faults
faults: install-tools system ## Kill, cut off and fill up, with new seeds, for MINUTES=60; a failure prints how to see it again
	$(BIN)/python -m tests.faults all --minutes $(or $(MINUTES),60)

.PHONY: check
check: install-tools ## Format, lint, types, ladder, templates, translations, settings
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target check-types check-rest

# Types take as long as all else together: each half has a processor of its own.
.PHONY: check-types check-rest
check-types:
	$(BIN)/mypy

check-rest:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m app.messages check
	$(BIN)/python -m pytest -p no:randomly tests/test_ladder.py tests/test_docs.py

.PHONY: format
format: install-tools ## Write code and templates as the checks want them
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

.PHONY: bench
bench: install-tools ## Measure pages, API, registrations and memory beside the bare framework (SIZES="418 10000 100000")
	$(BIN)/python -m benchmarks $(SIZES)

.PHONY: messages
messages: install ## Add new messages to the catalogues and compile them
	$(BIN)/python -m app.messages add && $(BIN)/python -m app.messages compile

.PHONY: lock
lock: build/tools.stamp ## Lock dependencies anew, with hashes and without hosts
	$(UV_LOCK) --upgrade --extra build pyproject.toml -o requirements/app.txt
	$(UV_LOCK) --upgrade --extra build --extra tools -c requirements/app.txt pyproject.toml -o requirements/tools.txt
	$(UV_LOCK) --upgrade --no-deps requirements/assets.in -o requirements/assets.txt

.PHONY: image
image: ## Build the container image (app and worker are the same)
	docker build -t muzizglitiba .

.PHONY: clean
clean: ## Remove the environment and what was built; data in var/ stays
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache dist
