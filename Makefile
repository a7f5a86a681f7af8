# article6. `make help` lists what can be done. Needs Python 3.11 or newer, make and the package registries.
.POSIX:
.SUFFIXES:

VENV = .venv
BIN = $(VENV)/bin
STAMP_RUN = $(VENV)/.stamp-run
STAMP_DEV = $(VENV)/.stamp-dev
JOBS = 2
PIP = $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help setup setup-dev run test check bench docs messages lock openapi clean browser pictures

help:
	@echo 'make setup    the environment in .venv, nothing else'
	@echo 'make run      set up, then the demonstration: real data in, workbooks and pages out'
	@echo 'make test     every check and every test; the last line says PASSED or FAILED'
	@echo 'make check    lint, types and layers; under a minute'
	@echo 'make bench    performance beside its yardsticks'
	@echo 'make docs     write the generated reference pages anew'
	@echo 'make messages put new texts into the catalogues of the languages, and compile them'
	@echo 'make openapi  write docs/reference/openapi.json anew'
	@echo 'make lock     resolve the dependencies anew into the lock files'
	@echo 'make pictures take the pictures of docs/pictures anew, in a browser'
	@echo 'make browser  how to get a browser for tests/browser'
	@echo 'make clean    remove what these targets made'

setup: $(STAMP_RUN)

setup-dev: $(STAMP_DEV)

# The interpreter is tried, not only looked up: shims and shop-front pythons exist but do not run.
$(BIN)/python:
	@for python in $$PYTHON python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			echo "Making $(VENV) with $$($$python --version)"; \
			exec "$$python" -m venv $(VENV); \
		fi; \
	done; \
	echo 'article6 needs Python 3.11 or newer with venv (Debian: apt install python3-venv).' >&2; exit 1

$(STAMP_RUN): requirements.lock pyproject.toml $(BIN)/python
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $(STAMP_RUN)

$(STAMP_DEV): requirements-dev.lock $(STAMP_RUN)
	$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $(STAMP_DEV)

run: $(STAMP_RUN)
	@$(BIN)/article6 demo

check: $(STAMP_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(STAMP_DEV)
	@failed=; \
	$(MAKE) check || failed=yes; \
	$(BIN)/python -m pytest -n $(JOBS) || failed=yes; \
	if test -z "$$failed"; then echo 'make test: PASSED'; else echo 'make test: FAILED'; exit 1; fi

bench: $(STAMP_RUN)
	@$(BIN)/python -m benchmarks

# Universal locks: every platform and every Python from 3.11, each file by its hash, no index named.
UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate --upgrade pyproject.toml --extra build

docs: $(STAMP_DEV)
	$(BIN)/python docs/generate.py

messages: $(STAMP_DEV)
	$(BIN)/python docs/catalogues.py

lock: $(BIN)/python
	@$(BIN)/uv --version >/dev/null 2>&1 || $(PIP) install --quiet uv
	$(UV_COMPILE) --extra dev --output-file requirements-dev.lock
	$(UV_COMPILE) --constraint requirements-dev.lock --output-file requirements.lock

openapi: $(STAMP_RUN)
	@$(BIN)/article6 openapi --out docs/reference/openapi.json

browser:
	@echo 'Any Chromium will do. Debian, Ubuntu:  sudo apt-get install chromium'
	@echo 'Or the one Playwright brings:          $(BIN)/playwright install chromium'

pictures: $(STAMP_DEV)
	PICTURES_FOLDER="$$PWD/docs/pictures" $(BIN)/python -m pytest -q -m "browser and not slow" tests/browser

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
