# The commands of this repository. Each installs what it needs first, into .venv;
# a second run of any of them starts at once. See CONTRIBUTING.md.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq
JOBS ?= 2
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint format bench requirements clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

demo: $(VENV)/.app ## start Fondly with a believable business in it
	@$(VENV)/bin/fondly demo $(ARGS)

serve: $(VENV)/.app ## start Fondly on your own data
	@$(VENV)/bin/fondly serve $(ARGS)

test: $(VENV)/.dev ## run the tests on SQLite, and on PostgreSQL if FONDLY_TEST_POSTGRES names one
	@env -u DATABASE_URL $(PY) -m pytest -n $(JOBS) --dist loadgroup -q $(ARGS)
	@if [ -n "$$FONDLY_TEST_POSTGRES" ]; then \
	  DATABASE_URL="$$FONDLY_TEST_POSTGRES" $(PY) -m pytest -n $(JOBS) --dist loadgroup -q $(ARGS); \
	else echo "PostgreSQL not tested: FONDLY_TEST_POSTGRES names none."; fi

lint: $(VENV)/.dev ## check style, types, contracts, templates, dependencies, migrations, settings
	@.ci/lint

format: $(VENV)/.dev ## put code and templates into shape
	$(VENV)/bin/ruff check --fix --exit-zero --quiet .
	$(VENV)/bin/ruff format --quiet .
	git ls-files -z -- '*.html' | xargs -0r $(VENV)/bin/djade --target-version 5.2 || true

bench: $(VENV)/.dev ## measure each claim of speed (JSON=1 for machines)
	@$(PY) -m bench $(ARGS)

# Installing: pinned and hashed. The files beside the stamps say what is installed.
$(VENV)/.app: requirements/app.txt pyproject.toml | $(PY)
	@echo "Installing what Fondly needs into $(VENV); this takes a minute, once."
	@$(PIP) install --require-hashes -r requirements/app.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.app
	@echo "Installing the tools for tests and checks into $(VENV), once."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(PY):
	@python=; for p in $(PYTHON) python3.11 python3.12 python3.13 python3 python; do \
	  if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$p; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Fondly needs Python 3.11 or newer, and there is none on the PATH." >&2; \
	  echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

requirements: $(PY) ## pin again what pyproject.toml allows
	@$(PIP) install 'pip-tools>=7.5,<8'
	@for set in app dev; do \
	  extras=; [ $$set = app ] || extras=--all-extras; \
	  PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= $(PY) -m piptools compile --quiet --upgrade \
	    --generate-hashes --allow-unsafe --strip-extras --all-build-deps $$extras \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate --no-header \
	    $$([ $$set = app ] || echo --constraint requirements/app.txt) \
	    --output-file requirements/$$set.txt pyproject.toml || exit 1; \
	done

clean: ## remove what was installed and cached, not your data
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
