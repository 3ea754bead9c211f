# Two commands: `make run` shows mihwar at work on the embedded sample, `make test` checks all of it.
PYTHON ?= python3
VENV ?= .venv
PROCESSES ?= 2
BIN = $(VENV)/bin
CONFIG ?= configs/sample.yaml

.PHONY: run test test-long bench bench-quality clean

run: $(VENV)/.installed
	$(BIN)/mihwar run $(CONFIG)

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses $(PROCESSES) --dist loadfile

# every test that needs no GPU, also those that are slow for a good reason
test-long: $(VENV)/.installed-dev
	$(BIN)/pytest -m "not gpu" --numprocesses $(PROCESSES) --dist loadfile

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks $(BENCH)

bench-quality: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks.quality $(CORPUS)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else "mihwar: expected Python 3.11 to 3.13, got " + sys.version.split()[0] + ". Run make PYTHON=/path/to/python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV)
	find artifacts -mindepth 1 ! -name README.md -delete
