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

.PHONY: run test lint train evaluate bench lexicon space pictures clean

run: $(VENV)/run.stamp  ## repair an article and show it side by side: make run FILE=path
	@$(BIN)/textrepair diff $(FILE)

test: $(VENV)/test.stamp  ## run all tests; those that drive the demo need Debian's chromium
	$(BIN)/python -m pytest

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

lexicon: $(VENV)/test.stamp  ## sort the lexicon and rewrite its dataset
	$(BIN)/python -m textrepair.spin.lint --write
	$(BIN)/python -m textrepair.spin.dataset

space: $(VENV)/test.stamp  ## write build/space, a folder to push as a Hugging Face Space
	rm -rf build/space
	$(BIN)/python -m textrepair.demo.space build/space

pictures: $(VENV)/test.stamp  ## take the pictures of the README
	$(BIN)/python tests/pictures.py .github

clean:  ## remove what the other targets made
	rm -rf $(VENV) build dist

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
