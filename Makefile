# Stepcoder's tasks. `make help` lists them; `make demo` and `make test` are the two to know.

ARCH ?= x86_64
STACK ?= stepcoder
VENV := .venv
SAM := .venv-sam
PY := $(VENV)/bin/python
# Stamps: an environment is made anew when its lock changes, the project installed again when pyproject.toml does.
LOCKED := $(VENV)/.locked
READY := $(VENV)/.installed
SAM_READY := $(SAM)/.locked

# SAM asks for a region even where it needs none. Nothing here calls AWS except `make deploy`.
export AWS_DEFAULT_REGION ?= us-east-1
export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup test test-sam-local lint format demo serve bench openapi build sizes validate deploy lock ci clean

help: ## List these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make the development environment in .venv

$(LOCKED): requirements/dev.txt
	python=$$(scripts/find-python) || { echo "Python 3.11 or newer, with venv, is needed."; exit 1; }; \
	  "$$python" -m venv --clear $(VENV)
	$(PY) -m pip install -qq --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	$(PY) -m pip install -qq --no-deps --no-build-isolation --no-index -e .
	$(PY) -m pip check
	@touch $@

$(SAM_READY): requirements/sam.txt
	python=$$(scripts/find-python) || { echo "Python 3.11 or newer, with venv, is needed."; exit 1; }; \
	  "$$python" -m venv --clear $(SAM)
	$(SAM)/bin/python -m pip install -qq --require-hashes --no-deps -r requirements/sam.txt
	@touch $@

test: $(READY) ## Run every test, the fast ones first
	$(PY) -m pytest

# Uses a Docker engine that answers. Where none does, root of a container gets one of its own for the time of the test;
# root of a machine has to say SET_UP_ENGINE=yes, since Debian's docker.io is installed for it.
test-sam-local: $(READY) $(SAM_READY) ## Run the functions in containers, with SAM
	$(PY) -m scripts.sam_local $(if $(filter yes,$(SET_UP_ENGINE)),--set-up-engine)

lint: $(READY) ## Check style and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

format: $(READY) ## Put the code into the house style
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .

demo: $(READY) ## Encode a clip from API call to finished files, on this machine alone
	$(VENV)/bin/stepcoder demo

serve: $(READY) ## Run the service on this machine
	$(VENV)/bin/stepcoder serve

bench: $(READY) ## Compare with plain ffmpeg
	$(PY) -m benchmarks

openapi: $(READY) ## Write the description of the API anew, from the code
	PYTHONPATH=functions $(PY) -m scripts.openapi

validate: $(SAM_READY) ## Check the template
	$(SAM)/bin/sam validate --lint --template template.yaml
	$(SAM)/bin/cfn-lint --non-zero-exit-code warning template.yaml

build: $(READY) $(SAM_READY) ## Build what is deployed (ARCH=x86_64 or arm64) and check its size
	PYTHONPATH=functions $(PY) -m scripts.openapi --check
	ARCHITECTURE=$(ARCH) $(SAM)/bin/sam build --template template.yaml --parameter-overrides Architecture=$(ARCH)
	$(PY) scripts/check_sizes.py --architecture $(ARCH)

sizes: $(READY) ## Check the size of the last build
	$(PY) scripts/check_sizes.py --architecture $(ARCH)

deploy: build ## Deploy to AWS as $(STACK); asks before it changes anything
	$(SAM)/bin/sam deploy --stack-name $(STACK) --capabilities CAPABILITY_IAM --resolve-s3 --confirm-changeset \
	  --parameter-overrides Architecture=$(ARCH) $(PARAMETERS)

# One universal lock for developers; the layers' locks take their versions from it, so that what is tested is what runs.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url
FOR_LAMBDA = --python-version 3.13 --python-platform x86_64-manylinux_2_28 --constraint requirements/dev.txt
lock: $(READY) ## Renew the locks from pyproject.toml and the .in files (UPGRADE=--upgrade for newer versions)
	$(COMPILE) $(UPGRADE) --universal --python-version 3.11 --extra local --extra transfer --extra dev \
	  pyproject.toml requirements/build.in --output-file requirements/dev.txt
	$(COMPILE) $(UPGRADE) --universal --python-version 3.11 requirements/sam.in --output-file requirements/sam.txt
	$(COMPILE) $(UPGRADE) --universal --python-version 3.11 --constraint requirements/dev.txt \
	  tests/servers/swift_package/requirements.in --output-file tests/servers/swift_package/requirements.txt
	$(COMPILE) $(FOR_LAMBDA) pyproject.toml --output-file layers/core/requirements.txt
	$(COMPILE) $(FOR_LAMBDA) layers/ffmpeg/requirements.in --output-file layers/ffmpeg/requirements.txt
	$(COMPILE) $(FOR_LAMBDA) layers/probe/requirements.in --output-file layers/probe/requirements.txt
	$(COMPILE) $(FOR_LAMBDA) layers/transfer/requirements.in --output-file layers/transfer/requirements.txt

ci: ## Everything a change must pass
	.ci/run

clean: ## Remove what was made here; the environments and the clips' cache stay
	rm -rf .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis demo-output bench-output
	find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +
