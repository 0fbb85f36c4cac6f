# Each target does its own set-up from nothing: a virtual environment in .venv, made afresh when pyproject.toml changes.
#   make demo     the demo EHR, the app and the CDS service, on this machine        make demo ARGS='--port 9000'
#   make test     the tests, in two processes                                       make test ARGS='tests/measures -k CMS2'
#   make check    format, lint, types, and which floor may import which
#   make bench    what a CDS call costs, as a ratio to only parsing its body
#   make docs     writes what README.md and docs/measures.md take from the code
# PYTHON=/path/to/python3 names the interpreter to build .venv with.

SHELL := /bin/bash
BIN := .venv/bin
ARGS ?=
PROCESSES ?= 2
EXTRAS := test$(if $(CI),$(shell echo ,)spark)    # Spark is 400 MB: its test runs in CI, and where it is installed
export PYTHON

.PHONY: demo test check format-check lint types floors format bench docs installed installed-for-tests clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

demo: installed
	@$(BIN)/throughline demo $(ARGS)

test: installed-for-tests
	@.ci/set-up packages
	@$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist loadfile $(ARGS)

check: format-check lint types floors

format-check: installed-for-tests
	@$(BIN)/ruff format --check .

lint: installed-for-tests
	@$(BIN)/ruff check .

types: installed-for-tests
	@$(BIN)/mypy

floors: installed-for-tests
	@$(BIN)/lint-imports --no-logo

format: installed-for-tests
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only .

bench: installed
	@$(BIN)/python -m bench.run $(ARGS)

docs: installed
	@$(BIN)/python -m docs.settings_table
	@$(BIN)/python -m docs.make_measures

installed:
	@.ci/set-up venv

installed-for-tests:
	@.ci/set-up venv $(EXTRAS)

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
