# Two commands: `make figures` and `make test`. Each sets up .venv by itself; `make help` lists the rest.
# FORCE=1 recomputes everything.  PYTHON=python3.12 picks the interpreter.  PIP_ARGS="--index-url ..." goes to pip (see README: CPU or CUDA).

.DEFAULT_GOAL := help
.PHONY: figures site readme test test-all lint format catalogue notebooks lab clean help
.DELETE_ON_ERROR:

PYTHON ?=
PIP_ARGS ?=
WORKERS ?= 3
BIN := .venv/bin
CHROMIUM := chromium fonts-dejavu-core
# Relative, so that a folder with spaces in its name works too.
LTVIZ := $(BIN)/python -m ltviz

figures: .venv/ready.stamp .venv/browser.stamp  ## every figure, into figures/ (open figures/index.html)
	$(LTVIZ) figures $(if $(FORCE),--force)

site: .venv/ready.stamp .venv/browser.stamp  ## explorers with sliders and figures as pages, into site/ (open site/index.html)
	$(LTVIZ) site $(if $(FORCE),--force)

readme: .venv/dev.stamp .venv/browser.stamp  ## the moving picture of the README, into data/the_bound.gif
	$(LTVIZ) film margin_bound place --out data/the_bound.gif
	cd data && find . -type f ! -name SHA256SUMS | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS

test: QUICK = --quick
test test-all: .venv/dev.stamp .venv/browser.stamp .venv/node.stamp  ## style, types, tests; test-all: every case of each test
	$(BIN)/python -m ruff check
	$(BIN)/python -m mypy ltviz
	PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(QUICK)

lint: .venv/dev.stamp  ## style and types only
	$(BIN)/python -m ruff check
	$(BIN)/python -m mypy ltviz

format: .venv/node.stamp  ## put the JavaScript into its form, and mend what its linter can mend
	cd tests/web && ../../.venv/node/node_modules/.bin/biome check --write . ../../ltviz/web/js

catalogue: .venv/dev.stamp  ## the sentences of the pages anew, into ltviz/web/locale: after one was added or changed
	$(BIN)/python -m ltviz.web.extract

notebooks: .venv/ready.stamp .venv/browser.stamp  ## run the lessons, into figures/notebooks/
	$(LTVIZ) notebooks

lab: .venv/ready.stamp  ## open the lessons in JupyterLab
	$(LTVIZ) lab

clean:  ## remove what make has built (.venv, figures and site)
	rm -rf .venv figures site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

help:
	@awk -F ':.*## ' '/^[a-z][a-z -]*:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

# pip notes where the checkout is; as a relative path, Python 3.11 under LANG=C can read it in a folder with umlauts too.
RELATIVE := $(BIN)/python -c 'import os, pathlib, sysconfig; site = sysconfig.get_path("purelib"); \
  pathlib.Path(site, "_editable_impl_ltviz.pth").write_text(os.path.relpath(os.getcwd(), os.path.realpath(site)))'

# The environment: made once, installed again only when what it depends on changes.
.venv/bin/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    echo "== .venv with $$($$python --version)"; exec $$python -m venv .venv; fi; \
	done; \
	echo "No Python 3.11 or newer with the venv module was found. Install one (Debian, Ubuntu: apt install python3-venv)" >&2; \
	echo "or name it: make $(or $(MAKECMDGOALS),figures) PYTHON=/path/to/python3" >&2; exit 1

.venv/ready.stamp: pyproject.toml constraints.txt | .venv/bin/python
	@echo "== installing ltviz and what it needs (about 2 minutes, 1.7 GB with the CPU build of torch)"
	$(BIN)/python -m pip install --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e .
	@$(RELATIVE)
	@touch $@

.venv/dev.stamp: .venv/ready.stamp
	@echo "== installing what the tests need"
	$(BIN)/python -m pip install --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e ".[dev]"
	@$(RELATIVE)
	@touch $@

# Chromium draws SVG, PNG and PDF. Without it, everything else still works.
.venv/browser.stamp: | .venv/ready.stamp
	@$(LTVIZ) doctor --has-browser >/dev/null 2>&1 || $(MAKE) --no-print-directory browser
	@$(LTVIZ) doctor --has-browser >/dev/null 2>&1 && touch $@ || echo "== going on without SVG, PNG and PDF"

# What checks the JavaScript. Without node or a network, those tests are skipped and everything else still works.
.venv/node.stamp: tests/web/package.json tests/web/package-lock.json | .venv/bin/python
	@if ! command -v npm >/dev/null 2>&1; then echo "== no node: the JavaScript is not checked"; \
	else echo "== installing what checks the JavaScript" && mkdir -p .venv/node && cp tests/web/package*.json .venv/node/ \
	  && npm ci --prefix .venv/node --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1 \
	  && touch $@ || echo "== going on without"; fi

.PHONY: browser
browser:
	@if ! command -v apt-get >/dev/null 2>&1; then echo "== no Chrome or Chromium: install one for SVG, PNG and PDF"; \
	elif [ "$$(id -u)" = 0 ]; then echo "== installing Chromium"; apt-get update -qq; apt-get install -y -qq --no-install-recommends $(CHROMIUM) || true; \
	elif sudo -n true 2>/dev/null; then echo "== installing Chromium"; sudo -n apt-get update -qq; sudo -n apt-get install -y -qq --no-install-recommends $(CHROMIUM) || true; \
	else echo "== no Chrome or Chromium: run 'sudo apt install chromium' for SVG, PNG and PDF"; fi
