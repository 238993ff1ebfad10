# The commands of this repository. Each installs what it needs first, into .venv;
# a second run of any of them starts at once. See CONTRIBUTING.md.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq
JOBS ?= 2
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint format bench spark requirements clean

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

spark: $(VENV)/.spark ## install Spark as well, for signals on a cluster (needs Java 17)

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

# PySpark comes as source: what builds it is pinned as well, and must be there before it.
$(VENV)/.spark: requirements/spark.txt requirements/spark-build.txt $(VENV)/.app
	@echo "Installing Spark into $(VENV): 430 MB to fetch, once."
	@$(PIP) install --require-hashes -r requirements/spark-build.txt
	@$(PIP) install --require-hashes --use-pep517 --no-build-isolation -r requirements/spark.txt
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

COMPILE := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= $(PY) -m piptools compile --quiet --upgrade \
  --generate-hashes --allow-unsafe --strip-extras --no-annotate --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

requirements: $(PY) ## pin again what pyproject.toml allows
	@$(PIP) install 'pip-tools>=7.5,<8'
	@for set in app dev; do \
	  extras=; [ $$set = app ] || extras="--extra test --extra lint"; \
	  $(COMPILE) --all-build-deps $$extras \
	    $$([ $$set = app ] || echo --constraint requirements/app.txt) \
	    --output-file requirements/$$set.txt pyproject.toml || exit 1; \
	done
	@echo 'setuptools>=77' | $(COMPILE) --output-file requirements/spark-build.txt -
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"])' \
	  | $(COMPILE) --output-file requirements/spark.txt -

clean: ## remove what was installed and cached, not your data
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
