# Every target sets up what it needs in .venv; nothing but Python 3.11, make and a package index.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SETUP := $(PYTHON) tools/setup_venv.py

# Thousands of modules are imported: compiled once, each later start takes half as long.
unexport PYTHONDONTWRITEBYTECODE

# The sample company that `make run` makes: always the same, so a second run loads no line.
SAMPLE := build/sample
SAMPLE_UNTIL := 2026-07-01T00:00:00Z
SAMPLE_FLAGS := --kind shop --customers 2000 --days 365 --until $(SAMPLE_UNTIL) --seed 1
RUN_FLAGS := --landing $(SAMPLE) --config config/shop --home home --as-of $(SAMPLE_UNTIL)

# A home of its own for reading the project: every shipped source, and composite keys, are on.
LINT_HOME := build/lint
LINT_CONFIG := config/fake_people

N ?= 40
SEED ?= 1

.PHONY: help setup run bench test test-whole unit test-slow test-spark test-real test-faults soak \
	fuzz mutate mutate-code lint docs catalogue lock
.DEFAULT_GOAL := help

help: ## Say what each target does.
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 13

setup: ## Set up .venv with all that development needs.
	@$(SETUP) dev

run: ## Make the sample company, run all of it into home/, show the summary.
	@$(SETUP) run
	@$(BIN)/rollcall sample --out $(SAMPLE) $(SAMPLE_FLAGS)
	@$(BIN)/rollcall run --wait $(RUN_FLAGS)

test: ## Run the tests of each piece, and two whole runs.
	@$(SETUP) dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
		-m "not realdata and not slow and not spark and not faults and not whole"

test-whole: ## Run sample companies over days and months, and erase people of one.
	@$(SETUP) dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m whole

unit: ## Run the unit tests of some models (MODELS="aud_x int_traits__aggregates").
	@$(SETUP) dev
	@$(BIN)/python tests/models/unit.py $(MODELS)

test-slow: ## Run what takes minutes: the full-size sample, and what mutate leaves alone.
	@$(SETUP) dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m slow
	@ROLLCALL_EXAMPLES=40 $(BIN)/python -m pytest tests/models/test_identity_properties.py
	@ROLLCALL_EXAMPLES=20 $(BIN)/python -m pytest tests/models/test_engagement_properties.py

test-spark: ## Build the sample on DuckDB and on Spark: every table must hold the same rows.
	@$(SETUP) dev
	@$(SETUP) spark
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m spark --durations=0 --durations-min=1

test-real: ## Run the tests on real data; ROLLCALL_REALDATA says where it lies.
	@$(SETUP) dev
	@$(BIN)/python -m pytest -m realdata

fuzz: ## Break 200,000 lines of landing files in every way: none may be lost or doubled (1 minute).
	@$(SETUP) dev
	@ROLLCALL_FUZZ_LINES=$${ROLLCALL_FUZZ_LINES:-200000} \
		$(BIN)/python -m pytest tests/ingest/test_fuzzed_lines.py
	@$(BIN)/python -m bench.tolerant_readers

test-faults: ## Starve, corrupt and kill real runs: each is named, and the next recovers (FAULTS="…").
	@$(SETUP) dev
	@$(BIN)/python -m pytest -m faults --durations=0 --durations-min=10 $(FAULTS)

soak: ## Kill runs at many points and hold the next run to the same bytes (N=200 SEED=1).
	@$(SETUP) dev
	@$(BIN)/python tests/faults/soak.py --kills $(N) --seed $(SEED) $(if $(HOMES),--homes $(HOMES))

mutate: ## Change each rule of models and macros once; list what no test notices (PATHS="…").
	@$(SETUP) dev
	@$(BIN)/python tests/mutate/run.py $(PATHS)

mutate-code: ## The same of the Python that refuses a release or keeps the erased out.
	@$(SETUP) dev
	@$(SETUP) mutate
	@$(BIN)/python tests/mutate/python_code.py $(PATHS)

lint: ## Check SQL, yml, Python, types, and the rules of the house.
	@$(SETUP) dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/python -m orchestration.project $(LINT_HOME) $(LINT_CONFIG)
	ROLLCALL_HOME=$(LINT_HOME) $(BIN)/sqlfluff lint models tests/dbt
	ROLLCALL_HOME=$(LINT_HOME) $(BIN)/dbt-bouncer run --config-file dbt-bouncer.yml

bench: ## Measure identity, traits and audiences against peers, ratios in one run.
	@$(SETUP) bench
	@$(BIN)/python -m bench.identity
	@$(BIN)/python -m bench.traits
	@$(BIN)/python -m bench.audiences

docs: ## Write the data dictionary of home/ (after make run) to home/dbt/target/index.html.
	@$(SETUP) run
	DBT_LOG_PATH=home/dbt/logs $(BIN)/dbt docs generate

catalogue: ## Write docs/audiences.md and docs/checks.md anew, from yml.
	@$(SETUP) run
	@$(BIN)/python -m rollcall.catalogue_page
	@$(BIN)/python -m rollcall.checks_page

lock: ## Pin the requirements anew.
	@$(SETUP) dev
	@for set in setup . dev spark bench mutate; do \
		name=requirements$$(echo "-$$set" | sed 's/-\.//'); \
		$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header \
			--no-annotate --no-emit-index-url $$name.in -o $$name.lock || exit 1; \
	done
