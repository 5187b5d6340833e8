# Everything starts here: `make run` and `make test` are all the set-up there is.
PYTHON ?= python3
PORT ?= 8000
TESTS ?= not browser
VENV := .venv
BIN := $(VENV)/bin
# A worker for each core; who is done takes over from the others.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help everything run test check browser-test translations permissions demo bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/run.stamp: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/test.stamp: pyproject.toml $(VENV)/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

$(VENV)/check.stamp: pyproject.toml $(VENV)/test.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,check]'
	@touch $@

$(VENV)/browser.stamp: pyproject.toml $(VENV)/test.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,browser]'
	@touch $@

$(VENV)/bench.stamp: pyproject.toml $(VENV)/test.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	@touch $@

everything: pyproject.toml ## Install what all of these need at once
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,check,browser,bench]'
	@touch $(foreach each,run test check browser bench,$(VENV)/$(each).stamp)

run: $(VENV)/run.stamp ## Serve the demonstration on http://127.0.0.1:8000 (PORT=… for another port)
	$(BIN)/partnerkompas setup --demo
	$(BIN)/partnerkompas serve --port $(PORT)

test: $(VENV)/test.stamp ## All tests that need no browser and no server
	$(PYTEST) -m "$(TESTS)"

check: $(VENV)/check.stamp ## Style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser-test: $(VENV)/browser.stamp ## Tests in Chromium (set CHROMIUM=… for another than Debian's)
	$(PYTEST) -m browser

translations: $(VENV)/run.stamp ## Gather the texts of the interface and merge them into the English catalogue
	$(BIN)/pybabel -q extract -F babel.cfg -o partnerkompas/translations/messages.pot --add-location=file --sort-by-file --no-wrap partnerkompas
	$(BIN)/pybabel -q update -i partnerkompas/translations/messages.pot -d partnerkompas/translations -l en --no-wrap --no-fuzzy-matching --ignore-obsolete
	sed -i.old -E '/^"(Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|MIME|Content-Transfer|Generated)/d' partnerkompas/translations/en/LC_MESSAGES/messages.po
	rm -f partnerkompas/translations/messages.pot partnerkompas/translations/en/LC_MESSAGES/messages.po.old

permissions: $(VENV)/run.stamp ## Write docs/permissions.md from the policy
	$(BIN)/python -m partnerkompas.permissions.page > docs/permissions.md

demo: $(VENV)/run.stamp ## Make the demonstration data again
	$(BIN)/python seed/make_demo.py

bench: $(VENV)/bench.stamp ## Run the benchmarks
	$(BIN)/python bench/import_partners.py
	$(BIN)/python -m bench.finding

clean: ## Remove the environment and the instance
	rm -rf $(VENV) instance
