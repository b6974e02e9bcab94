# Two commands matter:  make app   and   make test.   'make help' lists the others.
# Written for GNU Make 3.81 (macOS) and later.

ENVIRONMENT = .venv
RUN = $(ENVIRONMENT)/bin/python
PORT = 8501
WORKERS = 2
ARGS =

# The matrices here are small: more threads for one of them only get in the way of one another.
export OPENBLAS_NUM_THREADS = 1

FOR_APP = $(ENVIRONMENT)/installed-requirements
FOR_TESTS = $(ENVIRONMENT)/installed-requirements-dev
FOR_RECONSTRUCTION = $(ENVIRONMENT)/installed-requirements-build

# Each test file stays in one process: a file of browser journeys needs one server and one browser.
# Files are handed out in the order of tests/conftest.py, the long journeys first.
PARALLEL = -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# On a server that builds and tests there is nobody to open a browser for.
UNATTENDED = $(if $(CI),--server.headless true --server.fileWatcherType none)

.PHONY: help app test lint format pictures bench cohorts reconstruct docs clean

help:
	@echo "make app          install what is needed and open the dashboard on http://localhost:$(PORT)"
	@echo "make app PORT=N   the same on another port"
	@echo "make test         check style, types and imports, then run every test (ARGS='-k survival' for some)"
	@echo "make lint         only the style, type and import checks"
	@echo "make format       put the code into the project's layout"
	@echo "make pictures     save pictures of every page, wide and phone, light and dark, in screenshots/"
	@echo "make bench        measure the speed of the engine and the pages, against lifelines and R in the same run"
	@echo "make cohorts      rebuild data/cohorts/*.parquet"
	@echo "make reconstruct  search anew for patient rows that fit the printed tables (long)"
	@echo "make docs         write docs/cohort-format.md from the vocabulary"
	@echo "make clean        remove the environment and everything that tools left behind"

app: $(FOR_APP)
	$(RUN) -m hccviz.ui.serve --server.port $(PORT) $(UNATTENDED)

test: $(FOR_TESTS) lint
	$(RUN) tests/browser/chromium.py
	$(RUN) -m pytest $(PARALLEL) $(ARGS)

lint: $(FOR_TESTS)
	$(RUN) -m ruff check --quiet .
	$(RUN) -m ruff format --check --quiet .
	$(RUN) -m mypy
	$(ENVIRONMENT)/bin/lint-imports --no-logo

format: $(FOR_TESTS)
	$(RUN) -m ruff check --quiet --fix .
	$(RUN) -m ruff format --quiet .

pictures: $(FOR_TESTS)
	HCCVIZ_PICTURES=1 $(RUN) -m pytest $(PARALLEL) -m browser

bench: $(FOR_APP)
	$(RUN) -m tests.bench $(ARGS)

cohorts: $(FOR_APP)
	$(RUN) -m hccviz.evidence.cohorts

reconstruct: $(FOR_RECONSTRUCTION)
	$(RUN) -m hccviz.evidence.reconstruct $(ARGS)

docs: $(FOR_APP)
	$(RUN) -m hccviz.domain.dictionary

clean:
	rm -rf $(ENVIRONMENT) build screenshots .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each file below marks that its requirements are installed; a changed requirements file redoes it.
$(FOR_APP): requirements.txt
	@sh tools/environment.sh $(ENVIRONMENT) requirements.txt
	@touch $@

$(FOR_TESTS): requirements.txt requirements-dev.txt
	@sh tools/environment.sh $(ENVIRONMENT) requirements-dev.txt
	@touch $(FOR_APP) $@

$(FOR_RECONSTRUCTION): requirements.txt requirements-build.txt
	@sh tools/environment.sh $(ENVIRONMENT) requirements-build.txt
	@touch $(FOR_APP) $@
