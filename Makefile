# `make` is the quick check while you work, `make test` is every test but the long ones; those are `make faults`, and
# `make release-check` with `make site`. CI runs them all.
# All that it takes is Python 3.11 or later, git and make: `make PYTHON=python3.13` names a Python.

PYTHON = python3
# Pins are installed whatever your pip is set up to do; `make PIPFLAGS=` lets your settings in (a mirror, say).
PIPFLAGS = --isolated
UV = uv

BIN = .venv/bin
PIP = $(BIN)/python -m pip $(PIPFLAGS) --disable-pip-version-check --timeout 60 --quiet
QUICK = tests/domain tests/app tests/adapters tests/test_architecture.py
# A file of tests stays in one process: its workspaces and logs are made once. `make PARALLEL=` takes one process for all.
PARALLEL = --numprocesses auto --dist loadfile
# For each target of tests/fuzz.
FUZZ_SECONDS = 60
TYPED = $(foreach folder,helm tests bench tools,$(if $(wildcard $(folder)/*.py),$(folder)))

.NOTPARALLEL:
.PHONY: check test faults soak lint format env codex demo fuzz bench pins docs dist release-check release-version site clean

check: lint
	$(BIN)/pytest $(PARALLEL) -m "not codex" $(QUICK)

# Last, so that its closing lines are pytest's.
test: lint codex
	$(BIN)/pytest $(PARALLEL)

# Everything that can go wrong around helm, injected: disks, kills, neighbours, hostile agents.
# One fault may take minutes, so that tests are dealt out one by one.
faults: env codex
	$(BIN)/pytest --numprocesses auto --dist worksteal tests/faults

# The same, many times as often.
soak: env codex
	HELM_SOAK=10 $(BIN)/pytest --numprocesses auto --dist worksteal tests/faults

lint: env
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports --no-logo

format: env
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

env: .venv/installed

codex:
	tools/install-codex.sh

demo: env
	$(BIN)/helm demo

# Looks for bytes that a reader of helm's cannot stand; what it finds is a test from then on.
fuzz: env
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

bench: env
	$(BIN)/python -m bench

# Renews every document and picture that is made of the program.
docs: env
	$(BIN)/python -m tools.docs

# The wheel is built from the sdist, so that a file which that lacks is missed in both.
dist: env
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/twine check --strict dist/*
	$(BIN)/pytest tests/release/test_contents.py

# What is built, as its users will have it: with the lowest and with the newest version of all that it depends on.
release-check: dist codex
	$(BIN)/pytest $(PARALLEL) tests/release

# Says whether TAG, `v1.2.3`, names the version that helm itself names.
release-version: env
	@test "$$TAG" = "v$$($(BIN)/python -c 'import helm; print(helm.__version__)')" || \
	    { echo "release-version: the tag '$$TAG' is not the version in helm/__init__.py" >&2; exit 1; }

# The site of the documents, in site/; a link that leads nowhere is an error.
site: env
	$(BIN)/mkdocs build --strict

clean:
	rm -rf .venv .cache dist site .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# Renews every pin. Development alone needs uv for this, and only here.
pins:
	$(UV) pip compile --quiet --universal --upgrade --python-version 3.11 --group dev pyproject.toml \
	    --generate-hashes --no-header --no-emit-index-url --output-file requirements/dev.txt

# The environment is made anew when the pins change; helm is installed anew when pyproject.toml does.
.venv/installed: .venv/pins pyproject.toml
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/pins: requirements/dev.txt
	$(if $(PYTHON_FAULT),$(error helm needs Python 3.11 or later, with venv, but $(PYTHON) $(PYTHON_FAULT): \
	    name another with "make PYTHON=/path/to/python3"))
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --requirement $<
	@touch $@

# What is wrong with $(PYTHON); nothing if it will do.
PYTHON_FAULT = $(shell \
    $(PYTHON) -c "" 2>/dev/null || { echo "does not run"; exit; }; \
    $(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "is older"; exit; }; \
    $(PYTHON) -c "import ensurepip, venv" 2>/dev/null || echo "lacks venv (Debian: apt install python3-venv)")
