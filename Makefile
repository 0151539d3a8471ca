# Everything a person or a machine does with this checkout. `make help` lists it.
# Works with the GNU Make 3.81 of macOS; what is installed goes into .venv (see locks/install).

.DEFAULT_GOAL := help
.PHONY: help demo test check setup lock model clean

BIN := .venv/bin
export PYTHON

help:  ## list these commands
	@echo "Clausewatch watches privacy policies and says when a clause that matters changes."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo:  ## set up, then watch a small made-up site over virtual months and show what was found
	@sh locks/install run
	@$(BIN)/clausewatch demo

test: check  ## set up, then lint, check the types and run every test
	@sh locks/browser
	@echo "== pytest"
	@$(BIN)/python -m pytest -q -n 2

check:  ## set up, then lint and check the types
	@sh locks/install dev
	@echo "== ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@echo "== mypy"
	@$(BIN)/mypy --no-error-summary

setup:  ## set up only: .venv with the program and its tests' tools
	@sh locks/install dev

COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	--group build $(if $(UPGRADE),--upgrade)

lock:  ## remake locks/ from pyproject.toml (UPGRADE=1 moves to the newest versions)
	@sh locks/install dev
	@test -x $(BIN)/uv || { echo "installing uv into .venv"; $(BIN)/python -m pip install --quiet "uv>=0.9,<1"; }
	$(COMPILE) --output-file locks/run.txt
	$(COMPILE) --extra dev --constraint locks/run.txt --output-file locks/dev.txt
	$(COMPILE) --all-extras --constraint locks/dev.txt --output-file locks/all.txt

# The libraries that only training needs, as the model in the package was made with.
TRAINING := build/training
DATA ?= ../shared/data
WEAK ?= $(DATA)/weak_labels/weak.jsonl.zst
OPP115 ?= $(DATA)/opp115
model:  ## train the topic model again (DATA=folder, or WEAK=labels.jsonl.zst OPP115=folder)
	@test -f "$(WEAK)" && test -d "$(OPP115)" || \
		{ echo "no $(WEAK) or no $(OPP115); say: make model WEAK=labels.jsonl.zst OPP115=folder"; exit 2; }
	@sh locks/install run
	@test -x $(TRAINING)/bin/python || { echo "installing numpy and scikit-learn into $(TRAINING)"; \
		$(BIN)/python -m venv $(TRAINING) && \
		$(TRAINING)/bin/python -m pip install -qq numpy==2.4.6 scikit-learn==1.9.1 zstandard; }
	$(TRAINING)/bin/python bench/train_topics.py "$(WEAK)" "$(OPP115)"

clean:  ## remove .venv, the demo's results and every cache
	rm -rf .venv demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
