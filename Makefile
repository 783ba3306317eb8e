# Every job of the repository by name; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

PORT ?= 8000
ARGS ?=

py := .venv/bin/python
runtime := .venv/.runtime
dev := .venv/.dev
catalogues := $(patsubst %.po,%.mo,$(wildcard kfconsole/locale/*/LC_MESSAGES/*.po))
pytest := $(py) -m pytest
in_parallel := -n 2 --dist loadfile --no-loadscope-reorder

# A venv whose Python is gone (the folder came from elsewhere, Python was upgraded) is made again.
ifneq ($(shell $(py) -c 'print(1)' 2>/dev/null),1)
$(shell rm -f $(runtime) $(dev))
endif

.PHONY: help run test check bench migrations messages format pins ready packages clean \
	lint templates system unmigrated translations tests

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name does; do \
		printf '  make %-11s %s\n' "$$name" "$$does"; done
	@echo '  PORT=8000 for run; ARGS="..." for test, bench (as pytest and the benchmarks take them)'

run: $(runtime) $(catalogues) ## the console with demo data on http://127.0.0.1:8000
	@KF_DEMO=1 KF_DATA_DIR="$${KF_DATA_DIR:-var/demo}" exec $(py) manage.py serve --port $(PORT)

test: ready tests ## all tests, on SQLite and PostgreSQL; ARGS="tests/test_x.py -k word" for some

check: ready lint templates system unmigrated translations tests ## what CI runs

bench: ready ## the benchmarks, with a table of figures and ratios
	@$(py) -m tests.bench $(ARGS)

migrations: $(runtime) ## write migrations for both apps ("sessions" would mean Django's)
	@$(py) manage.py makemigrations messaging kf_sessions

messages: ready ## refresh the catalogues from the sources, then compile them
	@$(py) .ci/catalogues.py refresh

format: $(dev) ## let ruff and djade rewrite what they can
	@$(py) -m ruff check --quiet --fix . ; $(py) -m ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} + || true  # 1: it did

pins: $(dev) ## newest versions within pyproject.toml's ranges into requirements*.txt
	@$(py) .ci/pins.py

clean: ## remove the environment and caches; data in var/ stays
	@rm -rf .venv var/cache $(catalogues)

# --- what they are made of --------------------------------------------------------------------

ready: packages $(dev) $(catalogues)

packages:
	@.ci/packages

$(runtime): requirements.txt
	@.ci/venv requirements.txt
	@touch $@

$(dev): requirements-dev.txt requirements.txt
	@.ci/venv requirements-dev.txt
	@touch $(runtime) $@

%.mo: %.po | $(runtime)
	@$(py) .ci/catalogues.py compile

lint:
	@echo '== Code: format and lint'
	@$(py) -m ruff format --check . && $(py) -m ruff check .

templates:
	@echo '== Templates: format'
	@find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +

system:
	@echo '== Settings: Django checks, as deployed'
	@.ci/as_deployed $(py) manage.py check --deploy --fail-level WARNING

unmigrated:
	@echo '== Migrations: none missing'
	@.ci/as_deployed $(py) manage.py makemigrations --check --dry-run messaging kf_sessions

translations:
	@echo '== Translations: complete'
	@$(py) .ci/catalogues.py check

tests:
ifneq ($(strip $(ARGS)),)
	@echo '== Tests: $(ARGS)'
	@$(pytest) $(ARGS)
else
	@echo '== Tests on PostgreSQL: those marked "both"'
	@$(pytest) $(in_parallel) --database=postgres -m both
	@echo '== Tests: all, on SQLite'
	@$(pytest) $(in_parallel)
endif
