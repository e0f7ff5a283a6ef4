# Every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done)
LOCAL = exec $(BIN)/python -m deploy.local
DOCKER = exec $(BIN)/python -m deploy.containers

.PHONY: help install demo demo-check up down status logs reset wait test test-fast check check-asyncapi check-alerts \
	trace fuzz client catalogue look look-install screenshots up-docker demo-docker down-docker test-containers \
	chaos chaos-short chaos-planted chaos-recovery chaos-poison bench bench-install

help: ## cette liste · this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) ## prépare .venv (une seule fois) · prepares .venv (once)

$(INSTALLED): requirements.lock pyproject.toml
	@"$(or $(PYTHON),false)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Il faut Python 3.11 ou plus récent : installez-le, puis make install PYTHON=/chemin/python3.11" >&2; \
	  echo "Python 3.11 or newer is needed: install it, then make install PYTHON=/path/to/python3.11" >&2; exit 1; }
	@[ ! -e $(VENV) ] || [ -w $(VENV) ] || { \
	  echo "$(VENV) est à un autre compte (sudo make ?) : sudo chown -R $$(id -u) . puis relancez." >&2; \
	  echo "$(VENV) belongs to another account (sudo make?): sudo chown -R $$(id -u) . then run it again." >&2; exit 1; }
	@echo "Installation, une seule fois (1 à 3 minutes)… · installing, once (1 to 3 minutes)…"
	@[ -x $(BIN)/python ] || "$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "python -m venv a échoué · failed (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || { \
	  echo "Le téléchargement des paquets a échoué : vérifiez la connexion et le disque (df -h .), puis relancez." >&2; \
	  echo "Downloading packages failed: check the connection and the disk (df -h .), then run it again." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib shared services deploy || true # some packages carry broken samples
	@touch $@

demo: install ## l'histoire entière, en vrai · the whole story, for real (starts the system if needed)
	@$(LOCAL) demo $(A)

demo-check: install ## après la démo : 290, 392, 202, puis 201 en une seconde · after the demo
	@exec $(BIN)/python -m deploy.local.demo.check $(A)

up: install ## démarre tout ; Ctrl-C arrête · starts everything; Ctrl-C stops
	@$(LOCAL) up

down: install ## arrête tout · stops everything
	@$(LOCAL) down

status: install ## où, prêt ou pourquoi pas · where, ready or why not
	@$(LOCAL) status

logs: install ## suit les journaux · follows the logs (make logs S=intake)
	@$(LOCAL) logs $(S)

wait: install ## attend que tout soit prêt · waits until all is ready
	@$(LOCAL) wait

reset: install ## arrête et efface les données · stops and deletes the data
	@$(LOCAL) reset

test: install ## tous les tests · every test (make test T="-k name")
	@exec $(BIN)/python -m pytest -n 2 --dist loadgroup $(T)

test-fast: install ## sans serveur · without servers
	@exec $(BIN)/python -m pytest -n 2 -m "not server and not bus and not system" $(T)

up-docker: install ## la même chose en conteneurs · the same in containers (docs/containers.md)
	@$(DOCKER) up

demo-docker: install ## l'histoire entière, sur les conteneurs · the whole story, on the containers
	@$(DOCKER) demo $(A)

down-docker: install ## arrête les conteneurs et efface leurs données · stops the containers and deletes their data
	@$(DOCKER) down

test-containers: install ## deux services sur les serveurs de docker-compose.yml · two services on its servers
	@TEST_WITH_DOCKER=1 exec $(BIN)/python -m pytest tests/containers $(T)

check: install ## style, types, importations, cartes · style, types, imports, generated maps
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m deploy.checks

fuzz: install ## Schemathesis sur le système entier · on the whole system (make fuzz N=50; make test: N=2)
	@FUZZ_EXAMPLES=$(or $(N),25) exec $(BIN)/python -m pytest -s tests/flows/test_with_schemathesis.py $(T)

client: install ## client TypeScript généré, si Node · a generated TypeScript client sends the quickstart, if Node
	@exec $(BIN)/python -m pytest tests/flows/test_generated_client.py $(T)

look: install ## regarde chaque page, axe compris · looks at every page, axe included (make look A="--role advisor")
	@$(BIN)/python -m deploy.look $(A)

screenshots: install ## les images de la page d'accueil · the front page's pictures (docs/screenshots)
	@$(BIN)/python -m deploy.look --pictures

look-install: install ## de quoi regarder, facultatif · what it takes to look, optional (160 MB)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/look/requirements.lock

check-asyncapi: ## asyncapi.yaml par l'analyseur officiel (Node) · by the official parser (Node)
	@deploy/asyncapi/check

check-alerts: ## règles d'alerte par promtool · alert rules by promtool
	@deploy/prometheus/check

trace: install ## suit un dossier d'un service à l'autre · follows one case across services (make trace ID=…)
	@exec $(BIN)/python -m deploy.traces tree $(ID)

catalogue: install ## écrit cartes, catalogue, versions d'événements · writes maps, catalogue, event versions
	$(BIN)/python -m deploy.schemas --accept
	$(BIN)/python -m deploy.event_map
	$(BIN)/python -m deploy.catalogue

chaos-short: install ## ce que la CI en vit · what CI lives of it: 25 random lives, one minute of faults
	@$(BIN)/python -m pytest -q tests/chaos --deselect tests/chaos/test_points.py::test_every_crash_point_is_reached_and_nothing_is_lost
	@exec $(BIN)/python -m tests.chaos run --seed 1 --size smoke

chaos: install ## campagne de pannes · fault campaign (make chaos SEED=7 SIZE=smoke|ci|full)
	@exec $(BIN)/python -m tests.chaos run $(if $(SEED),--seed $(SEED)) --size $(or $(SIZE),smoke) $(A)

chaos-planted: install ## le contrôle trouve-t-il des fautes plantées ? · does the checker catch planted bugs?
	@exec $(BIN)/python -m tests.chaos planted $(A)

chaos-recovery: install ## combien de temps après une panne ? · how long after a fault does it work again?
	@exec $(BIN)/python -m tests.chaos recovery $(A)

chaos-poison: install ## ce que coûte un message illisible sur cent · what one poison message in a hundred costs
	@exec $(BIN)/python -m tests.chaos poison $(A)

bench: install ## vitesse mesurée, docs/benchmarks.md · measured speed (make bench ONLY=p3 SIZE=small|full)
	@exec $(BIN)/python -m tests.bench --only "$(ONLY)" --size $(or $(SIZE),full)

bench-install: install ## FastStream, à qui l'on se mesure · what make bench is measured beside, optional (40 MB)
	@[ -x .local/bench/venv/bin/python ] || $(BIN)/python -m venv .local/bench/venv
	@.local/bench/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r tests/bench/requirements.lock
