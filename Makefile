# A newcomer needs two of these: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint bench mutants clean

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

# Every small change to the rules, and whether a test notices: some twenty minutes.
mutants: .venv/developer
	$(BIN)/python -m tests.mutants

clean:
	rm -rf mutants .venv demo .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/program: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/developer: .venv/program
	$(PIP) -e '.[dev]'
	touch $@
