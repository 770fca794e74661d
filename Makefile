# make demo    lab, apply, status: on a machine with Python and make, nothing else
# make check   everything that needs no root
# make live    what needs root and Debian packages (netconfd, Open vSwitch, Xen under QEMU)
# make campaign  kills and races by the dozen, seeded: minutes
# make simulate  20,000 random histories of the simulator, and every boundary with every fault: minutes
# make bench   figures, against a peer where there is one

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := reconciler tests benchmarks tools
DEMO_STATE := $(CURDIR)/out/demo

.PHONY: install demo demo-clean check format docs live bench lock schemas campaign simulate

install: $(VENV)/installed

$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: install
	$(BIN)/reconciler --state-dir $(DEMO_STATE) lab start
	$(BIN)/reconciler --state-dir $(DEMO_STATE) apply -f examples/quickstart.yaml --yes
	$(BIN)/reconciler --state-dir $(DEMO_STATE) status
	$(BIN)/reconciler --state-dir $(DEMO_STATE) vms
	@echo
	@echo "The lab goes on in the background.  Look around with"
	@echo "  $(BIN)/reconciler --state-dir $(DEMO_STATE) plan -f examples/quickstart.yaml"
	@echo "and end it with: make demo-clean"

demo-clean:
	-$(BIN)/reconciler --state-dir $(DEMO_STATE) lab stop
	rm -rf $(DEMO_STATE)

check: install
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not live" tests

format: install
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

live: install
	$(BIN)/python -m pytest -m live tests/live -v

campaign: install
	$(BIN)/python -m tests.campaigns.kill_command_line --count 30 --seed 1
	$(BIN)/python -m tests.campaigns.kill --count 1000 --seed 1
	$(BIN)/python -m tests.campaigns.bad_peers
	$(BIN)/python -m tests.campaigns.proxied --count 100 --seed 1
	$(BIN)/python -m tests.campaigns.isolation --rounds 10 --seed 1
	$(BIN)/python -m tests.campaigns.sieve
	$(BIN)/python -m tests.campaigns.acto
	$(BIN)/python -m tests.campaigns.fuzz_documents --count 200000 --seed 1
	$(BIN)/python -m tests.campaigns.allocations --count 510000

simulate: install
	$(BIN)/python -m tests.simulation --seeds 0..19999 --jobs 2
	$(BIN)/python -m tests.simulation --exhaustive
	$(BIN)/python -m tests.simulation.planted

bench: install
	$(BIN)/python -m benchmarks

schemas: install
	$(BIN)/reconciler schema --out schemas

docs: install
	$(BIN)/python -m tools.reference
	$(BIN)/reconciler --state-dir out/docs graph -f examples/quickstart.yaml --sites specs/sites -o svg > docs/quickstart.svg

lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements.lock
