# What you can do here. `make` alone lists it.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help setup run test lint train bench bench-realtime bench-record bench-uploads nlu-report clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[36mmake %-15s\033[0m %s\n", $$1, $$2}' Makefile

setup: ## Prepare everything: environments, browser bundle, model
	@$(PYTHON) scripts/setup.py

run: setup ## Prepare what is missing, start Rollcall, print its address
	@.venv/bin/rollcall up

test: setup ## Run all tests
	@$(PYTHON) scripts/check.py test

lint: ## Check style and types
	@$(PYTHON) scripts/setup.py --only app
	@$(PYTHON) scripts/check.py lint

train: ## Train the model, also when nothing has changed
	@$(PYTHON) scripts/setup.py --train

bench: setup ## Measure it beside a stock Rasa assistant (about seven minutes)
	@.venv/bin/python -m bench

bench-realtime: setup ## Measure a thousand viewers of a meeting that a thousand people join
	@.venv/bin/python -m bench.realtime
	@.venv/bin/python -m bench.zoom_replay

bench-record: setup ## Measure what a record of a million activities answers (about ten minutes)
	@.venv/bin/python -m bench.record

bench-uploads: setup ## Measure how much memory large files take
	@.venv/bin/python -m bench.uploads

nlu-report: setup ## Say how well the model understands sentences it has never seen
	@bot/.venv/bin/python -m bot.nlu_report

clean: ## Remove what set-up made; ROLLCALL_HOME with its database stays
	rm -rf .venv bot/.venv .tools node_modules web/static models .rasa
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .rollcall-bench build results
	find actions bot rollcall scripts tests web -name __pycache__ -prune -exec rm -rf {} +
