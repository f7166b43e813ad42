# Fasti. `make` alone lists what there is. Needs Python 3.11 or newer and nothing else; all state is below VAR.

PORT ?= 8080
PORT_TLS ?= 8443
TLS ?= 0
REPLICAS ?= 3
WORKERS ?= 2
SERVER ?= $(FASTI_SERVER)
HA ?= 0
VAR ?= var
REQUESTS ?= 10000
# Faults of make chaos, trials of make overload, by name; all when empty.
ONLY ?=
LOAD_WORKERS ?= 2
MASTER ?= 127.0.0.1
# Arguments for pytest or the load test, e.g. make test ARGS="-k token"
ARGS ?=

python := .venv/bin/python
bootstrap := @sh deploy/local/bootstrap.sh
stack := @$(python) -m deploy.local
# Commands that have nothing to do without a virtual environment say so in one line.
need_venv := @test -x $(python) || { echo "fasti: Not running. Start it: make up" >&2; exit 1; }
lock := CUSTOM_COMPILE_COMMAND="make lock" $(python) -m piptools compile --quiet --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n "s/^\([a-z-]*\):.*/\1/p" $(firstword $(MAKEFILE_LIST)))  # Every target is a command, none a file.
.NOTPARALLEL:

help:  ## list the targets
	@echo "make <target> [PORT=8080] [REPLICAS=3] [WORKERS=2] [SERVER=granian] [TLS=1 PORT_TLS=8443] [HA=1] [VAR=var]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: install  ## start everything on http://127.0.0.1:PORT, or apply other settings; done when it answers
	$(stack) up --var "$(VAR)" --port "$(PORT)" --port-tls "$(PORT_TLS)" --tls "$(TLS)" \
		--replicas "$(REPLICAS)" --workers "$(WORKERS)" --server "$(SERVER)" --ha "$(HA)"

down:  ## stop everything, keep the data
	$(need_venv)
	$(stack) down --var "$(VAR)"

status:  ## what runs, and whether it is ready
	$(need_venv)
	$(stack) status --var "$(VAR)"

logs:  ## follow all logs
	$(need_venv)
	$(stack) logs --var "$(VAR)"

restart: install  ## load changed code: one replica at a time, without an interruption
	$(stack) restart --var "$(VAR)"

token:  ## print a bearer token of the demo client (make -s token)
	$(need_venv)
	$(stack) token --var "$(VAR)"

flask:  ## a command of the application: make flask ARGS='clients create --id acme --name Acme'
	$(need_venv)
	$(stack) flask --var "$(VAR)" -- $(ARGS)

clean:  ## stop everything, remove all data and .venv
	@if [ -d "$(VAR)" ]; then \
		sh deploy/local/bootstrap.sh requirements.txt requirements-servers.txt && \
		$(python) -m deploy.local clean --var "$(VAR)"; \
	fi
	@rm -rf .venv

test: install-dev  ## all tests but the long ones and those that need Docker
	@$(python) -m pytest -n 2 --dist loadgroup -m "not docker and not long" $(ARGS)

test-long: install-dev  ## the tests that take longest, each over whole stacks
	@$(python) -m pytest -n 2 --dist loadgroup -m long $(ARGS)

test-granian: install-dev  ## the tests in which a server matters, all of them with granian
	@$(python) -m pytest --server granian tests/stack tests/integration/test_replica.py tests/integration/test_cold_replicas.py $(ARGS)

test-docker: install-dev  ## the tests of the containers; need a Docker engine
	@$(python) -m pytest -m docker $(ARGS)

lint: install-dev  ## style, types and layers
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy
	@.venv/bin/lint-imports

check: lint  ## the same, and the fast tests: what a commit must pass
	@$(python) -m pytest -q -n 2 tests/unit tests/api tests/architecture $(ARGS)

golden: install-dev  ## write down anew what every calendar says, and print what is different; minutes
	@$(python) -m tests.golden.calendar_facts

fuzz: install-dev  ## 10,000 requests made from /openapi.json, to a stack of its own: make fuzz REQUESTS=500
	@$(python) -m tests.fuzz --requests "$(REQUESTS)" $(ARGS)

chaos: install-dev  ## break a stack of its own under load, and print what callers saw: make chaos ONLY="valkey-kill"
	@$(python) -m tests.chaos --var "$(VAR)" --only $(ONLY) $(ARGS)

overload: install-dev  ## ask three times as much of a stack of its own as it can answer, and be slow: make overload ONLY="slow-head idle"
	@$(python) -m tests.overload --server "$(SERVER)" --only $(ONLY) $(ARGS)

load: install-dev  ## a load test of the running stack, with a report below VAR: make load SCENARIO=new-year
	@$(python) -m loadtest $(ARGS)

capacity: install-dev  ## how many requests a second a stack holds, from one worker to six; a quarter of an hour
	@$(python) -m loadtest.capacity --var "$(VAR)" --server "$(SERVER)" $(ARGS)

load-compare: install-dev  ## what is different between two runs, and is it noise: make load-compare A=1.json B=2.json
	@$(python) -m loadtest.compare "$(A)" "$(B)"

load-master: install-dev  ## the same from several machines; waits for LOAD_WORKERS=2 workers
	@$(python) -m loadtest --workers "$(LOAD_WORKERS)" $(ARGS)

load-worker: install-dev  ## one of them: make load-worker MASTER=127.0.0.1
	@$(python) -m loadtest --worker-of "$(MASTER)" $(ARGS)

bench: install-dev  ## what a request costs, beside what is usual: make bench ARGS="--rounds 2 --seconds 1"
	@$(python) -m bench $(ARGS)

lock: install-dev  ## resolve pyproject.toml into requirements*.txt
	@$(lock) pyproject.toml -o requirements.txt
	@$(lock) pyproject.toml --extra servers -c requirements.txt -o requirements-servers.txt
	@$(lock) pyproject.toml --extra servers --extra dev -c requirements.txt -o requirements-dev.txt

install:
	$(bootstrap) requirements.txt requirements-servers.txt

install-dev:
	$(bootstrap) requirements.txt requirements-servers.txt requirements-dev.txt
