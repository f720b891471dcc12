# Everything there is to do, `make help` lists it. Tools go into .tools/ and .venv/, what runs into .local/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv),.tools/uv/bin/uv)
RUN := $(UV) run --frozen
SAM := .tools/sam/bin/sam
TESTS := $(RUN) pytest

# Tests are shared out among so many processes, each of which has servers of its own.
WORKERS ?= 2
SIDE_BY_SIDE := -n $(WORKERS) --dist worksteal
NPM := PATH="$$PWD/.tools/node/bin:$$PATH" npm exec --prefix .tools/npm --offline --
EXPORT := $(UV) export --quiet --frozen --no-dev --no-emit-project --no-annotate --no-header
FUNCTIONS := $(wildcard functions/*/app.py)

# An environment of samconfig.toml, such as small-footprint. It asks what else there is to say; once the answers are in
# samconfig.toml: make deploy DEPLOY_OPTIONS=
ENV ?= default
DEPLOY_OPTIONS ?= --guided

# What SAM puts into the state machine's definition, for linters of the language alone.
EXAMPLES := s/$${Partition}/aws/; s/$${RoundsPerExecution}/2000/; \
	s/$${ListBatchFunctionArn}/arn:aws:lambda:us-east-1:111122223333:function:list-batch/

# How many lives the tests of faults simulate, and how many objects their storm scans.
SEEDS ?= 30
OBJECTS ?= 3000
FAULTS ?= tests/faults
POOLED ?= tests/integration

# Some of those tests compare times: not side by side, unless FAULTS leaves them out and this is $(SIDE_BY_SIDE).
FAULTS_OPTIONS ?=

# Such as --stack-name, --region, --architecture X86_64 and --engine podman.
IMAGE_OPTIONS ?=

export SAM_CLI_TELEMETRY := 0

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: .tools/installed ## Install what all the others need, as locked in uv.lock

.tools/uv/bin/uv:
	python3 -m venv .tools/uv
	.tools/uv/bin/pip install --quiet uv==$(UV_VERSION)

# The emulator and the SAM CLI need other versions of botocore than the project, so each has an environment of its own.
.tools/installed: pyproject.toml uv.lock | $(filter .tools/%,$(UV))
	@echo "installing Python packages"
	$(UV) sync --frozen --quiet --reinstall-package bucketsieve # uv may have kept a build whose extension was cleaned away
	UV_PROJECT_ENVIRONMENT=.tools/emulator $(UV) sync --frozen --quiet --only-group emulator --no-install-project
	UV_PROJECT_ENVIRONMENT=.tools/sam $(UV) sync --frozen --quiet --only-group sam --no-install-project
	touch $@

# With pins of its own; their file says how to renew them.
.tools/checkov/installed: lint/checkov.txt | .tools/installed
	$(UV) venv --quiet --clear --python .venv/bin/python .tools/checkov
	$(UV) pip install --quiet --python .tools/checkov --require-hashes --requirements $<
	touch $@

.PHONY: native
native: setup ## Build the native lane in place, after a change of src/native
	BUCKETSIEVE_NATIVE=required $(RUN) --no-sync python setup.py --quiet build_ext --inplace

.tools/npm/installed: lint/package-lock.json lint/.npmrc | .tools/installed
	UV_PROJECT_ENVIRONMENT=.tools/node $(UV) sync --frozen --quiet --only-group node --no-install-project
	mkdir -p .tools/npm
	cp lint/package.json lint/package-lock.json lint/.npmrc .tools/npm
	PATH="$$PWD/.tools/node/bin:$$PATH" npm ci --prefix .tools/npm --silent
	touch $@

WHEEL := BUCKETSIEVE_NATIVE=required LDFLAGS=-s $(UV) build --quiet --wheel --python .venv/bin/python
.PHONY: wheels
wheels: setup ## Build wheels with the native lane into dist/, for aarch64 as well where gcc-aarch64-linux-gnu is installed
	rm -rf dist build
	$(WHEEL)
	if command -v aarch64-linux-gnu-gcc >/dev/null; then \
		_PYTHON_HOST_PLATFORM=linux-aarch64 CC=aarch64-linux-gnu-gcc $(WHEEL); \
	fi
	ls dist

.PHONY: demo
demo: setup ## Scan a generated bucket from POST /scan to masked findings, and check every one of them
	$(RUN) python -m local.demo

.PHONY: up
up: setup ## Start the local stack and keep it running
	$(RUN) python -m local up

.PHONY: down
down: setup ## Stop the local stack
	$(RUN) python -m local down

.PHONY: test
test: test-unit test-integration test-faults test-e2e ## Run all tests

.PHONY: test-unit
test-unit: setup ## Run the tests that need nothing but Python
	$(TESTS) $(SIDE_BY_SIDE) tests/unit

# The compiler writes what is wrong into the program; the sanitizers' library has to be loaded before Python, and C++'s
# exceptions, which other extensions throw, before that.
SANITIZED := build/sanitized
define test-sanitized
	rm -rf $(SANITIZED)
	BUCKETSIEVE_NATIVE=required \
	CFLAGS="-Werror -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all $(1)" \
		$(RUN) --no-sync python setup.py --quiet build --build-base $(SANITIZED) --build-lib $(SANITIZED)/lib
	PYTHONPATH=$(SANITIZED)/lib PYTHONMALLOC=malloc ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
	BUCKETSIEVE_NATIVE_UNDER=$(CURDIR)/$(SANITIZED)/lib \
	LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libstdc++.so)" \
		.venv/bin/python -m pytest $(SIDE_BY_SIDE) $(addprefix tests/unit/detect/native/test_,$(2:=.py))
endef

.PHONY: test-native
test-native: setup ## Run the tests of the C extension under the sanitizers of GCC
	$(call test-sanitized,,along build checksums decoded digest expressions findings fingerprints hooks lane letters \
		lines plan programs randomness record teams words)
	$(call test-sanitized,-DWITHOUT_AVX512,build hooks programs words)
	$(call test-sanitized,-DPORTABLE,build fingerprints hooks programs words)

.PHONY: test-integration
test-integration: setup ## Run the tests against a real PostgreSQL and stand-ins for AWS
	$(TESTS) $(SIDE_BY_SIDE) tests/integration

.PHONY: test-pgbouncer
test-pgbouncer: setup ## Run the integration tests of the record through PgBouncer, from Debian's package pgbouncer
	$(TESTS) $(SIDE_BY_SIDE) --pgbouncer $(POOLED) tests/faults/pgbouncer

.PHONY: test-faults
test-faults: setup ## Kill, cut and starve everything; longer with SEEDS=500 (lives and, a fifth, kills) and OBJECTS=20000
	SEEDS=$(SEEDS) OBJECTS=$(OBJECTS) $(TESTS) $(FAULTS_OPTIONS) $(FAULTS)

.PHONY: test-e2e
test-e2e: setup ## Run the tests of the deployed local stack, and of containers where an engine runs
	$(TESTS) tests/e2e

.PHONY: lint
lint: setup .tools/checkov/installed .tools/npm/installed ## Check style, types, the templates and the exported requirements
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	for program in $(FUNCTIONS) containers/scanner/publish.py; do $(RUN) mypy "$$program"; done
	$(SAM) validate --lint --region us-east-1
	.tools/sam/bin/cfn-lint --regions us-east-1 eu-central-1 -- template.yaml infra/*.yaml
	.tools/checkov/bin/checkov --config-file .checkov.yaml
	$(RUN) python -m lint.guard
	$(RUN) python -m benchmarks.detect.lint_speed
	sed '$(EXAMPLES)' statemachine/list_bucket.asl.json >.tools/list_bucket.asl.json
	$(NPM) asl-validator --json-path .tools/list_bucket.asl.json
	$(NPM) statelint .tools/list_bucket.asl.json
	diff src/requirements.txt <($(EXPORT)) || { echo "run make requirements"; exit 1; }
	diff containers/scanner/requirements.txt <($(EXPORT) --extra scanner) || { echo "run make requirements"; exit 1; }
	diff containers/scanner/build.txt <($(EXPORT) --only-group build) || { echo "run make requirements"; exit 1; }

.PHONY: format
format: setup ## Format the code, and repair what can be repaired by itself
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

.PHONY: requirements
requirements: setup ## Export what the layer and the image install from uv.lock
	$(EXPORT) --output-file src/requirements.txt >/dev/null
	$(EXPORT) --extra scanner --output-file containers/scanner/requirements.txt >/dev/null
	$(EXPORT) --only-group build --output-file containers/scanner/build.txt >/dev/null

.PHONY: bench
bench: setup ## Measure the scanner
	$(RUN) python -m benchmarks

.PHONY: bench-detect
bench-detect: setup ## Compare the detection engine with other scanners, and measure its precision and recall
	$(RUN) python -m benchmarks.detect
	$(RUN) python -m benchmarks.detect.in_process
	$(RUN) python -m benchmarks.detect.quality
	$(RUN) python -m benchmarks.detect.hostile

.PHONY: cost
cost: setup ## Compute docs/cost.md from the prices
	$(RUN) python -m benchmarks.cost

.PHONY: build
build: setup ## Build the application for AWS
	PATH="$$($(RUN) python -c 'import sys; print(sys.base_prefix)')/bin:$$PATH" $(SAM) build

.PHONY: deploy
deploy: build ## Build the application and deploy it to AWS, as the environment ENV of samconfig.toml says
	$(SAM) deploy --config-env $(ENV) $(DEPLOY_OPTIONS)

.PHONY: image
image: setup ## Build the scanner's image and push it to the repository of the deployed stack
	$(RUN) python containers/scanner/publish.py $(IMAGE_OPTIONS)

.PHONY: clean
clean: ## Remove everything that the other targets made
	@if [[ -e .local/stack.pid ]]; then $(MAKE) down; fi
	rm -rf .aws-sam .local .tools .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist src/*.egg-info
	rm -f src/bucketsieve/detect/native/*.so
