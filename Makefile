# A newcomer needs two of these: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-browser lint bench as-of screenshots mutants matrix crash stops staleness fuzz clean

demo: .venv/program
	$(BIN)/havenwatch demo

test: .venv/developer
	$(BIN)/pytest

# Every page of the status page in a headless Chromium: axe-core, keyboard, phone; two minutes.
test-browser: .venv/developer
	@test -n "$(CHROMIUM)" || { echo "no Chromium is installed: apt-get install chromium, then again"; exit 1; }
	HAVENWATCH_BROWSER="$(CHROMIUM)" $(BIN)/pytest tests/browser

lint: .venv/developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/developer
	$(BIN)/python -m tests.bench

# Every surface at two hundred random instants against a database cut there: half an hour.
as-of: .venv/developer
	$(BIN)/python -m tests.as_of.sweep

# kill -9 at every boundary of a scripted day, and power cuts at some: three to four minutes.
matrix: .venv/developer
	$(BIN)/python -m tests.crash.matrix
	$(BIN)/python -m tests.crash.matrix --power-cut --every 20

# The same longer: a thousand kills at random instants, power cuts everywhere, a thousand answers.
crash: matrix
	$(BIN)/python -m tests.crash.matrix --random 1000
	$(BIN)/python -m tests.crash.matrix --power-cut
	$(BIN)/python -m tests.crash.answers --count 1000
	$(BIN)/python -m tests.crash.answers --count 200 --power-cut

# Three hundred signals to stop at random instants while all it talks to hangs: half an hour.
stops: .venv/developer
	$(BIN)/python -m tests.alive.stops

# Every source over its polls of 2015 to 2027: false alarms of staleness, and missing ones; five minutes.
staleness: .venv/developer
	$(BIN)/python -m tests.staleness

# The pictures in docs/images, from the demonstration's figures; needs Chromium.
screenshots: .venv/developer
	$(BIN)/python -m tests.screenshots

# Every small change to the rules, and whether a test notices: some twenty minutes.
mutants: .venv/developer
	$(BIN)/python -m tests.mutants

# Every source's body mutated and checked, 20,000 times each: what is let in, and why.
fuzz: .venv/developer
	$(BIN)/python -W ignore -m tests.fuzz --count 20000

clean:
	rm -rf mutants .venv demo .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/program: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e '.[demo]'
	touch $@

.venv/developer: .venv/program
	$(PIP) -e '.[dev]'
	touch $@
