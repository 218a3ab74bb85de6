# Every target makes and fills .venv by itself when that is needed. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
UV_VERSION := 0.13.8
LOCK := $(PY) -m uv pip compile --no-config --quiet --generate-hashes --universal --python-version 3.11 \
	--default-index https://pypi.org/simple --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock"
# Most tests wait for timers and sockets, so there are more workers than cores.
WORKERS ?= 4
BENCH = $(addprefix --only ,$(ONLY)) $(addprefix --runs ,$(RUNS)) $(addprefix --json ,$(JSON))
HAS_CHROMIUM := $(PY) -m tests.browser.chromium
NO_CHROMIUM := The tests of the sandbox's page (make browser) are skipped: there is no Chromium here (on Debian: apt install chromium).
ROOMS := models persistence reminder_bot scripts tests utils

# An environment whose Python is gone (a system upgrade) is made again.
ifeq ($(wildcard $(PY)),)
$(shell rm -f $(VENV)/.made $(VENV)/.runtime $(VENV)/.dev)
endif

.DEFAULT_GOAL := help
.PHONY: help run test browser pictures proof chaos season bench bench-compare bench-rate bench-settings bench-backup bench-migrate check lint coverage messages install install-runtime lock clean
.DELETE_ON_ERROR:

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 18

run: $(VENV)/.runtime ## Run the bot; without DISCORD_TOKEN, play the demo (ONCE=1: end after the story)
	@$(PY) -m reminder_bot run --or-demo $(if $(filter-out 0,$(ONCE)),--once)

test: $(VENV)/.dev ## Run the tests (ARGS="-k name" passes on to pytest, ARGS="--hypothesis-profile=random" looks for other examples)
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal tests/unit tests/integration tests/chaos tests/season tests/bench $(ARGS)
	@$(HAS_CHROMIUM) || echo "$(NO_CHROMIUM)"

browser: $(VENV)/.dev ## Use the sandbox's page in Chromium as a person would; without one, say so and skip it
	@if $(HAS_CHROMIUM); then $(PY) -m pytest -n 2 --dist worksteal tests/browser $(ARGS); else echo "$(NO_CHROMIUM)"; fi

pictures: $(VENV)/.dev ## Take the documents' pictures anew (needs Chromium)
	@$(PY) -m scripts.take_pictures

proof: $(VENV)/.dev ## Run the slower tests: errors of Discord's, bursts, abuse, broken rules
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal tests/proof $(ARGS)

check: lint test browser proof chaos ## Everything CI runs: format, lint, types, import rules, tests, one minute of chaos

lint: $(VENV)/.dev ## Format, lint, types and import rules, without the tests
	@echo "Checking the format"
	@$(PY) -m ruff format --check --quiet $(ROOMS)
	@echo "Linting"
	@$(PY) -m ruff check --quiet $(ROOMS)
	@echo "Checking the types"
	@$(PY) -m mypy --no-error-summary
	@echo "Checking the import rules"
	@$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()" > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }

coverage: $(VENV)/.dev ## Run every test and show which lines none of them reached
	@$(PY) -m coverage run -m pytest
	@$(PY) -m coverage report

chaos: $(VENV)/.dev ## Prove it: the bot under faults (MINUTES=1 SEED=1), judged by an oracle outside it
	@$(PY) -m tests.chaos --minutes $(or $(MINUTES),1) --seed $(or $(SEED),1)

season: $(VENV)/.dev ## Three months of reminders on a stepped clock, each held against the rules (SEED=1; some minutes)
	@$(PY) -m tests.season --seed $(or $(SEED),1)

bench-backup: $(VENV)/.dev ## Measure what a backup of 200 MB costs those who write meanwhile (ARGS="--folder DIR")
	@$(PY) -m tests.bench.backup_under_load $(ARGS)

bench: $(VENV)/.dev ## Measure every figure beside its reference (ONLY=storm RUNS=5 JSON=file; 35 minutes)
	@$(PY) -m tests.bench $(BENCH)

bench-compare: $(VENV)/.dev ## Measure, and compare with what an earlier `make bench JSON=file` kept (BASE=file)
	@test -n "$(BASE)" || { echo "Name the file to compare with, as in: make bench-compare BASE=before.json"; exit 2; }
	@$(PY) -m tests.bench $(BENCH) --base $(BASE)

bench-rate: $(VENV)/.dev ## Measure what Discord's limits make of it: requests counted, 2,000 people, many guilds (4 minutes)
	@$(PY) -m tests.bench.rate

bench-settings: $(VENV)/.dev ## Measure SQLite's settings, each beside the bot's own (3 minutes)
	@$(PY) -m tests.bench.settings

bench-migrate: $(VENV)/.dev ## Measure the import of the old bot's files (LARGE=1: also the memory for 350 MiB)
	@$(PY) -m tests.bench.migration $(if $(filter-out 0,$(LARGE)),--large)

messages: $(VENV)/.dev ## Bring utils/locales/*.po up to date with the texts in the code (NEW=de: begin one)
	@$(PY) -m scripts.messages $(NEW)

install: $(VENV)/.dev ## Make the environment only, with the tools for development
	@echo "$(VENV) is ready"

install-runtime: $(VENV)/.runtime ## Make the environment only, with what the bot itself needs
	@echo "$(VENV) is ready"

lock: $(VENV)/.dev ## Write the lock files anew from requirements*.txt, with the newest versions allowed
	@$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@echo "Locking requirements.txt"
	@$(LOCK) --upgrade requirements.txt --output-file requirements.lock
	@echo "Locking requirements-dev.txt"
	@$(LOCK) --upgrade --constraint requirements.lock requirements-dev.txt --output-file requirements-dev.lock

clean: ## Remove the environment and all caches; data/ stays
	@echo "Removing $(VENV) and the caches"
	@rm -rf $(VENV) build dist *.egg-info .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find $(ROOMS) -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made: scripts/make_venv.py
	@command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) was not found. Name a Python 3.11, 3.12 or 3.13 that is here, as in: make PYTHON=python3.12 (on Debian: apt install python3)"; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) scripts/make_venv.py $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock $(VENV)/.made
	@echo "Installing requirements.lock"
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing requirements-dev.lock"
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@
