# The two commands: `make book` and `make test`. Everything else is a part of them, or a convenience.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Several notebooks run at a time, on arrays so small that threads would only wait for each other.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

# The first interpreter that will do; PYTHON=/path/to/python takes another.
USABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c '$(USABLE)' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := .venv/bin
READY := .venv/ready
BENCH := .venv-bench
AUDIT := .venv-audit
PYTEST := $(BIN)/python -m pytest
# Tests that need no engine: they run once, beside those of the NumPy engine.
NO_ENGINE := recordings compare compare_rule audit bad_files properties rounding matrix reference pdf discussion \
	downloads repository commit publish_notebooks tools wheel live_folder checks explorer_block formulas live_elsewhere \
	line_ends chapters lab kernels live_magics
# Plugins that these tests do without: they cost each run a second or two.
BARE := -p no:anyio -p no:xdist -p no:cov
WITHOUT := -p no:nbval -p no:hypothesispytest $(NO_ENGINE:%=--ignore=tests/test_%.py)
# What shares a setup stays together, a file of tests or a notebook on an engine, and conftest.py says what comes first.
SHARED := $(PYTEST) -n 2 --dist loadscope --no-loadscope-reorder -m slow
# The engines that this machine has: the suite runs once on each. MXNet can be installed, and miss a library.
ENGINES = $$($(BIN)/python -c 'import mxnet' 2>/dev/null && echo mxnet) numpy

.PHONY: help book pdf live test test-site test-pages test-live test-firefox test-fast test-slow test-recorded test-together record coverage mutants test-matrix test-rounding audit \
	lab serve bench lint lock clean

help:  ## say what each target does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

book: $(READY)  ## execute the chapters and build the HTML, at _build/html/index.html
	@$(BIN)/python tools/build.py

pdf: $(READY) tests/site/node_modules/.package-lock.json  ## the whole book as one PDF, at _build/pdf/the-road-to-adam.pdf (Node, Chromium)
	@$(BIN)/python tools/pdf.py
live: $(READY)  ## fetch Python for the browser, once, so that the book brings it (WHEELS=folder takes wheels from there)
	@$(BIN)/python tools/live_folder.py $(if $(WHEELS),"$(WHEELS)")

test:  ## run every test, on both engines where MXNet imports; what fails does not keep the rest from running
	@$(MAKE) --no-print-directory --keep-going test-fast test-together

# Both engines at once, with one thread each: two that spin on two processors slow each other down fourfold.
test-fast: $(READY)  ## the tests of the package alone, on both engines at once
	@logs=$$(mktemp -d); runs=; status=0; trap 'kill $$runs 2>/dev/null || true; rm -rf "$$logs"' EXIT; \
	for e in $(ENGINES); do \
		{ echo "== package, $$e engine"; D2LMINI_ENGINE=$$e OMP_NUM_THREADS=1 $(PYTEST) $(BARE) -m 'not slow' \
			--ignore=tests/recorded $$([ $$e = numpy ] || echo '$(WITHOUT)') \
			tests; } >"$$logs/$$e" 2>&1 & runs="$$runs $$!"; \
	done; \
	for run in $$runs; do wait $$run || status=$$?; done; \
	cat "$$logs"/*; exit $$status

test-slow: $(READY)  ## the tests of recordings, builds and the wheel
	@echo "== recordings, builds, wheel"; $(SHARED) --ignore=tests/recorded tests

test-recorded: $(READY)  ## nbval: re-execute the recorded notebooks and compare every output
	@echo "== recorded notebooks, each engine"; $(SHARED) --engines "$(ENGINES)" tests/recorded

# One after the other, each would end with an idle processor.
test-together: $(READY)     # the last two in one go
	@echo "== recordings, builds, wheel; recorded notebooks, each engine"; $(SHARED) --engines "$(ENGINES)" tests

# What a reader sees, and what a reader does, which takes the Python that make live fetches. Tests of every page and of
# all numbers use two processors by themselves; of the others, two files run at a time.
PAGES := reference.test.mjs downloads.test.mjs paper.test.mjs weight.test.mjs
LIVE := live.test.mjs elsewhere.test.mjs checks.test.mjs explorer.test.mjs
NODE_TEST := cd tests/site && node --test --test-reporter=spec --test-concurrency=2

test-site: live book tests/site/node_modules/.package-lock.json  ## read every page of the built book in a real browser, and run it (Node, Chromium)
	@$(NODE_TEST) site.test.mjs
	@$(NODE_TEST) $(PAGES) $(LIVE)
	@($(NODE_TEST) numbers.test.mjs) & numbers=$$!; trap 'kill $$numbers 2>/dev/null || true' EXIT; \
		$(BIN)/python tools/pdf.py; wait $$numbers    # the PDF ends with its own checks: chapters, fonts, links

test-pages: book tests/site/node_modules/.package-lock.json  ## of that, what a reader sees
	@$(NODE_TEST) site.test.mjs
	@$(NODE_TEST) $(PAGES)

test-live: live book tests/site/node_modules/.package-lock.json  ## of that, what runs: cells, checks, explorers, and all numbers in Node
	@$(NODE_TEST) $(LIVE)
	@$(NODE_TEST) numbers.test.mjs

test-firefox: live book tests/site/node_modules/.package-lock.json  ## the book in Firefox: read, run, checked and held
	@$(NODE_TEST) firefox.test.mjs

tests/site/node_modules/.package-lock.json: tests/site/package-lock.json
	@command -v npm >/dev/null || { echo "Not done: it takes Node.js 20 with npm, which is not here. On Debian and Ubuntu: apt install nodejs npm"; exit 2; }
	@cd tests/site && npm ci --silent --no-audit --no-fund

record: $(READY)  ## execute the chapters and store their outputs as the reference (CHAPTERS="chapters/adam.md" for some)
	@$(BIN)/python tools/record.py $(CHAPTERS)

# What is left over of 100 %: imports of one engine where the other is missing, which tests try in other processes.
coverage: $(READY)  ## lines and branches of d2lmini that the fast tests of both engines reach together: at least 98 %
	@rm -f .coverage .coverage.*
	@for e in $(ENGINES); do echo "== coverage, $$e engine"; D2LMINI_ENGINE=$$e COVERAGE_FILE=.coverage.$$e \
		$(PYTEST) -m 'not slow' --ignore=tests/recorded --cov=d2lmini --cov-branch --cov-report= tests; done
	@$(BIN)/python -m coverage combine -q .coverage.* && $(BIN)/python -m coverage report --show-missing --skip-covered --fail-under=98

mutants: $(READY)  ## plant bugs, one at a time, and demand that a test fails (half an hour; ONLY="yogi.py" for some files)
	@$(BIN)/python tools/mutants.py $(ONLY)

test-matrix: $(READY)  ## the tests with other threads, processors, orders, places and locales (ROWS="locale" for some)
	@$(BIN)/python tools/matrix.py $(ROWS)

test-rounding: $(READY)  ## the recordings, with the last bit of each result moved as on other machines (SEEDS="4 5" for other moves)
	@$(BIN)/python tools/rounding.py $(SEEDS)

audit: $(AUDIT)/ready  ## look up the locked packages in a database of vulnerabilities; fails where it cannot be reached
	@$(AUDIT)/bin/python tools/audit.py

lab: $(READY)  ## open JupyterLab, in which the chapters open as notebooks
	@$(BIN)/python tools/lab.py

serve: book  ## read the book at http://localhost:8000; a page that you edit is built again and reloads
	@$(BIN)/python tools/serve.py

bench: $(BENCH)/ready  ## measure speed side by side with others, in an environment of its own (seven minutes)
	@$(BENCH)/bin/python benchmarks/bench.py

lint: $(READY)  ## check the style of the code
	@$(BIN)/python -m ruff check . chapters/checks chapters/_static/live

lock:  ## resolve pyproject.toml into requirements.lock again, and pip-audit into tools/audit.lock (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --group dev --no-annotate --no-strip-extras --only-binary :all: \
		--upgrade pyproject.toml -o requirements.lock
	echo pip-audit | uv pip compile --universal --generate-hashes --python-version 3.11 --no-annotate --no-strip-extras --only-binary :all: \
		--upgrade - -o tools/audit.lock

clean:  ## remove everything that was made, .venv too
	rm -rf .venv .venv-* _build build dist conf.py *.egg-info .pytest_cache .ruff_cache .hypothesis .coverage*

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No suitable Python was found. Python 3.11, 3.12, 3.13 and 3.14 work (with venv; on"; \
		echo "Debian and Ubuntu: apt install python3-venv). Name one: make book PYTHON=/path/to/python3.11"; exit 2; }
	@"$(PYTHON)" -c '$(USABLE)' >/dev/null 2>&1 || { echo "PYTHON=$(PYTHON) will not do: it must be Python 3.11 to 3.14, with venv."; \
		echo "Name another: make book PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Setting up .venv with $(PYTHON): about a minute, once."
	@"$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install --progress-bar off --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock \
		| awk '/^Collecting/ && ++n % 25 == 0 {print "  " n " packages fetched"; fflush()} \
		       /^Installing/ {print "  unpacking all of them"; fflush()}'
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	@touch $@

$(AUDIT)/ready: tools/audit.lock
	@"$(PYTHON)" -m venv --clear $(AUDIT)
	@$(AUDIT)/bin/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r tools/audit.lock
	@touch $@

# Only here: MXNet beside PyTorch and the package d2l, which need Python 3.11.
$(BENCH)/ready: benchmarks/requirements.txt benchmarks/requirements-no-deps.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo "The benchmark compares with MXNet, which needs Python 3.11: make bench PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Setting up $(BENCH) with PyTorch and d2l: a minute or more, once."
	@"$(PYTHON)" -m venv --clear $(BENCH)
	@$(BENCH)/bin/python -m pip install -q --disable-pip-version-check --only-binary :all: -r benchmarks/requirements.txt
	@$(BENCH)/bin/python -m pip install -q --disable-pip-version-check --only-binary :all: --no-deps -r benchmarks/requirements-no-deps.txt
	@touch $@
