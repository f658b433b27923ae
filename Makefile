# make demo   sets up and replays the seed incident offline
# make test   sets up and runs style, types and tests
# make eval   how right the assistant is on the cases of the lab
# make lab    makes those cases again from real services
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin

.PHONY: demo test style types unit eval lab bench clean

demo: $(VENV)/.installed
	$(BIN)/assistant demo

test: style types unit

style: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest

# how the assistant does on the kept cases of the lab
eval: $(VENV)/.dev
	$(BIN)/python -m lab eval
	$(BIN)/python -m lab ask --short

# starts the services again, injects the faults, keeps what they print under build/lab, and evaluates that
lab: $(VENV)/.dev
	$(BIN)/python -m lab run --into build/lab
	$(BIN)/python -m lab eval --cases build/lab

bench: $(VENV)/.dev
	$(BIN)/python bench/run.py

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all,dev]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
