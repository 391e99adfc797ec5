# A newcomer needs two of these: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Only what the lock names, and only the bytes whose hashes it has; nothing is built but this project.
LOCKED := $(PIP) --require-hashes --no-deps --only-binary :all: -r
INSTALL = $(BIN)/uv pip install --quiet --require-hashes --no-deps --only-binary :all:
# setuptools warns at length of what an editable installation always is; by a plain path, since the
# hook that it would install instead costs every start of the program 12 ms.
EDITABLE := PYTHONWARNINGS=ignore $(PIP) --no-deps --no-build-isolation \
	--config-settings editable_mode=compat -e .

.PHONY: demo test test-slow test-all test-ci test-sweeps test-browser lint bench sweeps-bench as-of screenshots mutants \
	matrix matrix-sample crash backups standby wheel release sbom audit licences docs stops soak staleness fuzz let-in \
	lock rooms holidays clean image image-test first-hour pythons

demo: .venv/program
	$(BIN)/havenwatch demo $(DEMO)

# Compiled modules are kept, else every process that a test starts compiles them all.
test test-slow test-all test-ci test-sweeps test-browser: export PYTHONDONTWRITEBYTECODE =

test: .venv/developer
	$(BIN)/pytest

# The rest of what `make test` runs a few of each kind.
test-slow: .venv/developer
	$(BIN)/pytest -m "slow and not sweep"

# Both and the pages in a browser in one run: what many tests share is made once.
test-all: .venv/developer
	HAVENWATCH_BROWSER="$(CHROMIUM)" $(BIN)/pytest -m "not sweep"

# The same with an eighth of the files' slow tests, another with each commit, as CI does.
PART ?= $(shell git show --no-patch --format=%ct HEAD)/8
test-ci: .venv/developer
	HAVENWATCH_BROWSER="$(CHROMIUM)" $(BIN)/pytest -m "not sweep" --slow-part $(PART)

# Before a release: all of what CI has a sample of, and more examples of what holds whatever the
# numbers; ten minutes.
test-sweeps: .venv/developer
	$(BIN)/pytest -m "sweep or hypothesis" --hypothesis-profile thorough

# Every page of the status page in a headless Chromium: axe-core, keyboard, phone; two minutes.
test-browser: .venv/developer
	@test -n "$(CHROMIUM)" || { echo "no Chromium is installed: apt-get install chromium, then again"; exit 1; }
	HAVENWATCH_BROWSER="$(CHROMIUM)" $(BIN)/pytest -m "" tests/browser

lint: .venv/developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Figures of this machine, each beside a reference. PAGE=docs/performance.md writes them there too.
bench: .venv/developer
	$(BIN)/python -m tests.bench $(if $(PAGE),--page $(PAGE))

# Sweeps over fifty years in one process and on a local Dask cluster of two workers: ten minutes.
# SWEEPS="one", "cluster" or "steps" for a part.
sweeps-bench: export PYTHONDONTWRITEBYTECODE =
sweeps-bench: .venv/developer
	$(BIN)/python -m tests.bench_sweeps $(SWEEPS)

# Every surface at two hundred random instants against a database cut there: half an hour.
as-of: .venv/developer
	$(BIN)/python -m tests.as_of.sweep

# kill -9 at every boundary of a scripted day, and power cuts at some: half an hour.
matrix: .venv/developer
	$(BIN)/python -m tests.crash.matrix
	$(BIN)/python -m tests.crash.matrix --session
	$(BIN)/python -m tests.crash.matrix --power-cut --every 20

# Of every kind of boundary one kill: a minute.
matrix-sample: .venv/developer
	$(BIN)/python -m tests.crash.matrix --each-kind

# The same longer: a thousand kills at random instants, power cuts everywhere, a thousand answers.
crash: matrix
	$(BIN)/python -m tests.crash.matrix --random 1000
	$(BIN)/python -m tests.crash.matrix --power-cut
	$(BIN)/python -m tests.crash.answers --count 1000
	$(BIN)/python -m tests.crash.answers --count 200 --power-cut

# The wheel in dist/, which docs/first-day.md installs.
wheel: .venv/bin/python
	rm -rf build/lib build/bdist* dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	rm -rf build/lib build/bdist*

# docs/first-day.md walked and timed, installed by pipx and by uv, with a package registry; some minutes.
first-hour: .venv/developer
	$(BIN)/python -m tests.first_hour

# The quick tests on each Python from 3.11 to 3.14 that is here, or on PYTHONS="python3.13 /opt/python3.14/bin/python".
pythons: .venv/developer
	$(BIN)/python -m tests.pythons $(PYTHONS)

# The image of docs/container.md. BASE=... names another base, ENGINE=docker another builder.
ENGINE ?= $(notdir $(firstword $(shell command -v podman buildah docker)))
image:
	$(ENGINE) build $(if $(filter docker,$(ENGINE)),,--format docker) $(if $(BASE),--build-arg BASE=$(BASE)) \
		--tag havenwatch:$(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml) --file Containerfile .

# The same built on a root of Debian's packages and run read-only, as root; some minutes.
image-test: .venv/developer
	$(BIN)/python -m tests.image

# The same with the source, the SBOM and their SHA-256, signed with an SSH key: KEY=~/.ssh/id_ed25519.
release:
	@test -f "$(KEY)" || { echo "expected KEY=FILE, an SSH key to sign with; make one: ssh-keygen -t ed25519"; exit 1; }
	$(MAKE) sbom wheel
	PYTHONWARNINGS=ignore $(BIN)/python -c "from setuptools import build_meta; build_meta.build_sdist('dist')" > /dev/null
	mv build/havenwatch.cdx.json dist/
	cd dist && sha256sum *.whl *.tar.gz *.json > SHA256SUMS
	ssh-keygen -q -Y sign -f "$(KEY)" -n file dist/SHA256SUMS

# Every package that is installed with havenwatch: version, licence and origin, in the CycloneDX format.
sbom: build/tools
	rm -rf build/installed
	$(BIN)/uv venv --quiet --python $(BIN)/python build/installed
	$(INSTALL) --python build/installed -r requirements.lock
	build/tools/bin/cyclonedx-py environment build/installed --pyproject pyproject.toml --output-reproducible \
		--output-file build/havenwatch.cdx.json
	$(BIN)/python -m tests.sbom build/havenwatch.cdx.json
	rm -rf build/installed

# What is known of weaknesses in those packages, by OSV or else PyPI. Fails where neither can be asked,
# unless AUDIT=--unasked-passes.
audit: build/tools
	$(BIN)/python -m tests.audit $(AUDIT)

# Their licences, in docs/licences.md; fails on one that nobody has decided on.
licences: .venv/developer
	$(BIN)/python -m tests.licences

# The documents as a site in build/docs. A warning is an error: a link or an anchor that leads nowhere, a
# missing picture, a page that docs/README.md does not list, anything that a page would load from elsewhere.
docs: build/docs-tools
	rm -rf build/docs
	build/docs-tools/bin/python -m sphinx --quiet --fail-on-warning --fresh-env --builder html \
		--conf-dir docs --doctree-dir build/doctrees . build/docs

# Two hundred backups while another process writes, each opened, restored and compared; a minute.
backups: .venv/developer
	$(BIN)/python -m tests.backups --count 200

# Thirty kills of the leading host and its replicator at random boundaries of a scripted day, and twenty
# partitions in which both hosts believe to lead: twenty minutes. STANDBY="--kills 3" for a part.
standby: .venv/developer
	$(BIN)/python -m tests.standby.sweep $(STANDBY)

# Three hundred signals to stop at random instants while all it talks to hangs: half an hour.
stops: .venv/developer
	$(BIN)/python -m tests.alive.stops

# Ten simulated years of polling and sending, in one process: an hour and a half of a processor.
# SOAK=--short for the weeks that CI lives, SOAK="--last 2027-12-31" for a part;
# SOAK="--folder DIR" keeps the databases, which --compare compares again.
soak: .venv/developer
	$(BIN)/python -m tests.soak $(SOAK)

# Every source over its polls of 2015 to 2027: false alarms of staleness, and missing ones; five minutes.
staleness: .venv/developer
	$(BIN)/python -m tests.staleness

# The pictures in docs/images, from the demonstration's figures; needs Chromium.
screenshots: .venv/developer
	$(BIN)/python -m tests.screenshots

# The picture of the rooms in docs/design.md, from the imports.
rooms: .venv/developer
	$(BIN)/python -m tests.rooms

# The table of holidays and early closes, from the library of that name; after the library is updated.
holidays: .venv/developer
	$(BIN)/python -m tests.holiday_table

# Small changes to the rules, and whether a test notices: five minutes; SAMPLE=all for half an hour,
# ONLY=rules/tic for a part, SEED=... for the same sample again.
SAMPLE ?= 1000
ONLY ?= rules
mutants: .venv/developer
	$(BIN)/python -m tests.mutation --only $(ONLY) --sample $(SAMPLE) $(if $(SEED),--seed $(SEED))

# Every reader of what comes from outside, for so many minutes of a processor together; the inputs that
# reached something new are kept in build/fuzz. FUZZ="--target slack" for some of them.
MINUTES ?= 10
fuzz: build/atheris
	PYTHONPATH=build/atheris $(BIN)/python -W ignore -m tests.fuzz --minutes $(MINUTES) $(FUZZ)

# Every source's body mutated and checked, 20,000 times each: what is let in, and why.
let-in: .venv/developer
	$(BIN)/python -W ignore -m tests.fuzz.let_in --count 20000

# Every package with the hashes of its files, from pyproject.toml and the versions in constraints.txt.
UV := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate -c constraints.txt
lock: .venv/developer
	sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml | $(UV) pyproject.toml - --extra demo -o requirements.lock
	sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml | $(UV) pyproject.toml - --all-extras -o requirements-dev.lock
	$(UV) --group release -o requirements-release.lock
	$(UV) --group docs -o requirements-docs.lock
	$(UV) --group fuzz -o requirements-fuzz.lock

clean:
	rm -rf .venv demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

# Tools that need packages of their own.
SEPARATE = rm -rf $@ && $(BIN)/uv venv --quiet --python $(BIN)/python $@ && $(INSTALL) --python $@

build/tools: .venv/developer requirements-release.lock
	$(SEPARATE) -r requirements-release.lock

build/docs-tools: .venv/developer requirements-docs.lock
	$(SEPARATE) -r requirements-docs.lock

build/atheris: .venv/developer requirements-fuzz.lock
	rm -rf $@ && $(INSTALL) --python $(BIN)/python --target $@ -r requirements-fuzz.lock
	touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/program: .venv/bin/python pyproject.toml requirements.lock
	$(LOCKED) requirements.lock
	$(EDITABLE)
	touch $@

# uv installs in a fifth of the time. What it cannot reach, pip may: a mirror that only pip knows.
.venv/developer: .venv/bin/python pyproject.toml requirements-dev.lock
	sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock | $(LOCKED) /dev/stdin
	$(INSTALL) --python $(BIN)/python -r requirements-dev.lock || $(LOCKED) requirements-dev.lock
	$(EDITABLE)
	touch .venv/program $@
