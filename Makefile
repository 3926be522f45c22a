# serve: the service with the real data.  test: lint, types and every test.
# check: build the graph and validate it.  release VERSION=1.0.0: publish it.
# bench: how fast the service is, beside other servers.
# Everything goes into .venv (pinned, with hashes) and var; PYTHON names another interpreter.

PYTHON ?= python3
BIN := .venv/bin
export ARI_HOME ?= var

.PHONY: serve test check release bench pins clean

serve: .venv/run.stamp
	$(BIN)/ari serve

test: .venv/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest

check: .venv/run.stamp
	$(BIN)/ari build
	$(BIN)/ari check

release: .venv/run.stamp
	$(BIN)/ari release $(or $(VERSION),$(error name the version: make release VERSION=1.0.0)) $(if $(PREVIOUS),--previous $(PREVIOUS))

bench: .venv/run.stamp
	$(BIN)/ari bench

.venv/python.stamp:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/run.stamp: .venv/python.stamp constraints/run.txt setup.cfg
	$(BIN)/python -m pip install --quiet --require-hashes -r constraints/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/test.stamp: .venv/run.stamp constraints/test.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r constraints/test.txt
	touch $@

# Needs uv; run it after a change of the ranges in setup.cfg.
PIN = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
pins:
	$(PIN) setup.cfg --extra large --extra test --output-file constraints/test.txt
	echo setuptools | $(PIN) setup.cfg - --constraint constraints/test.txt \
		--output-file constraints/run.txt

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
