# A newcomer needs two of these: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint bench clean

demo: .venv/program
	$(BIN)/havenwatch demo

test: .venv/developer
	$(BIN)/pytest

lint: .venv/developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/developer
	$(BIN)/python -m tests.bench

clean:
	rm -rf .venv demo .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/program: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/developer: .venv/program
	$(PIP) -e '.[dev]'
	touch $@
