# make demo, make test: all that they need beyond Python, pip and make, they install into .venv.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
# $(call with,EXTRA): the stamp that says that .[EXTRA] is installed.
with = $(VENV)/.installed-$(1)

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo gallery test lint bench peers report clean

help:
	@echo "make demo    the standard deviation of two samples, its gradients and its graph"
	@echo "make gallery the pictures of docs/gallery.md, drawn again"
	@echo "make test    all tests, beside torch"
	@echo "make lint    ruff and mypy"
	@echo "make bench   whole training steps timed here and in torch"
	@echo "make peers   other engines, for make bench ARGS=--peers"
	@echo "make report  every operator beside torch's: orders of derivative held, what is missing"
	@echo "make clean   remove .venv, .venv-peers, caches and builds"
	@echo
	@echo "ARGS='...' goes to the program: make demo ARGS='--x1 2 --x2 5', make test ARGS='-k engine'"
	@echo "PYTHON=... names the Python (3.11 or later) that .venv is made with"

demo: $(call with,viz)
	$(BIN)/python -m demos.std_graph $(ARGS)

gallery: $(call with,viz)
	$(BIN)/python -m demos.gallery $(ARGS)

test: $(call with,test)
	$(BIN)/python -m pytest $(ARGS)

lint: $(call with,dev)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(call with,test)
	$(BIN)/python -m benchmarks $(ARGS)

# Not an extra of .venv: HIPS autograd is imported by the name that ours has.
peers: $(PEERS)/.installed

$(PEERS)/.installed: benchmarks/peers/requirements.txt
	"$(PYTHON)" -m venv --clear $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

report: $(call with,test)
	$(BIN)/python -m tests.coverage_report $(ARGS)

clean:
	rm -rf $(VENV) $(PEERS) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(call with,%): setup.cfg pyproject.toml $(BIN)/python
	@echo "Installing .[$*] into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

# A .venv that is missing or broken (its Python is gone) is made anew, with all that was in it.
ifneq ($(shell test -x $(BIN)/python && echo works),works)
.PHONY: $(BIN)/python
endif

# Where ensurepip is missing (Debian without python3-venv), the pip outside puts a pip inside.
$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "No '$(PYTHON)' on the PATH. Install Python 3.11 or later," \
			"or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed, and '$(PYTHON)' is" \
			"$$("$(PYTHON)" --version 2>&1). Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@if "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; then \
		"$(PYTHON)" -m venv --clear $(VENV); \
	else \
		"$(PYTHON)" -m venv --clear --without-pip $(VENV) && \
		"$(PYTHON)" -m pip --python $(BIN)/python install --quiet pip; \
	fi || { rm -rf $(VENV); \
		echo "Could not make a virtual environment with '$(PYTHON)'. It needs the venv module and pip;" \
			"on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
