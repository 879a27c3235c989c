# The commands people type. `make` alone lists them.
SHELL = /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Where it is set, each of the many processes that tests start would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --disable-pip-version-check
# Names each package as pip comes to it. A pipe would lose how pip ended, so that is kept in a file.
define install-locked
@echo "Installing the packages of $(1): a minute or two the first time."
@{ $(PIP) --progress-bar off --require-hashes -r $(1); echo $$? > $(VENV)/.ended; } | awk \
  '/^Collecting /{print "  " ++n " " $$2; fflush()} /^Installing collected /{print "  unpacking them"; fflush()}'
@exit $$(cat $(VENV)/.ended)
endef
PYTEST = $(BIN)/python -m pytest
# Random order and two processes: tests that lean on one another fail the day they are written.
# Those of one xdist_group share something that is slow to start, such as a demo.
TEST = $(PYTEST) -n 2 --dist loadgroup
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml

help: ## list these commands
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1: \2/p' Makefile

setup: $(VENV)/.project ## .venv with everything locked and hashed; VENV= and PYTHON= choose another place and Python

run: $(VENV)/.runtime ## the demo organisation on loopback, on the embedded PostgreSQL
	$(BIN)/throughline demo

test: setup ## the tests, each campaign short; with another Python: make test VENV=.venv-3.13 PYTHON=python3.13
	$(TEST)

test-long: setup build/browser/node_modules ## the long forms of the campaigns; needs Chromium and npm (Debian: apt-get install chromium npm)
	$(TEST) -m long --timeout 1800

build/browser/node_modules: tests/browser/package-lock.json
	@mkdir -p build/browser
	cp tests/browser/package.json tests/browser/package-lock.json build/browser
	npm ci --prefix build/browser --no-audit --no-fund
	@touch $@

check: setup ## format, lint, types, import contracts, house tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(PYTEST) -q tests/test_house*.py

scan: setup ## look for weaknesses in the code (bandit) and, where its data is reached, in what is locked (pip-audit)
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive domain application projections web
	$(BIN)/python .ci/audit $(BIN)/pip-audit requirements.lock

sbom: setup ## the bill of materials of what runs, as CycloneDX: build/throughline.cdx.json
	@mkdir -p build
	$(BIN)/python -W ignore::UserWarning -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible --validate \
	  --output-file build/throughline.cdx.json requirements.lock

bench: setup ## what it costs: measures, prints the table, keeps it in benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.run

format: setup ## write the format that `make check` asks for
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

screenshots: setup build/browser/node_modules ## the pictures of README and docs, made of the demo; needs Chromium
	@mkdir -p docs/pictures
	THROUGHLINE_PICTURES=docs/pictures $(PYTEST) -n 0 -m long --timeout 1800 tests/demo/test_console.py -k pictures

frozen: setup ## write the missing frozen JSON files of new event versions
	$(BIN)/python -m tests.frozen_events

lock: setup ## make the locks again from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	$(LOCK) --extra embedded --extra build --output-file requirements.lock
	$(LOCK) --extra embedded --extra build --extra otel --extra dev --constraint requirements.lock --output-file requirements-dev.lock

$(VENV)/.venv:
	@for candidate in $(PYTHON) python3.11 python3 /usr/bin/python3.11 /usr/bin/python3; do \
	  "$$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  echo "$$candidate -m venv $(VENV)"; "$$candidate" -m venv $(VENV) && touch $@ && exit 0; \
	done; \
	echo "make setup: no Python 3.11 or newer with venv found; install it (Debian: apt-get install python3.11-venv)" \
	  "or name one: make setup PYTHON=/path/to/python" >&2; exit 1

# What running needs, without the tools of those who build: a first `make run` waits for nothing else.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.venv
	$(call install-locked,requirements.lock)
	$(PIP) --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.locked: requirements-dev.lock | $(VENV)/.venv
	$(call install-locked,requirements-dev.lock)
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.locked
	$(PIP) --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: help setup run test test-long check scan sbom bench format frozen lock
