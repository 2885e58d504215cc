# Open Doors. `make run` and `make test` are all a newcomer needs; README.md tells more.

PYTHON ?= python3
export PORT ?= 8000

launch = @$(PYTHON) -m launcher

.PHONY: run test nightly check format bench bench-growth bench-load manage lock sbom

run:  ## the portal and its worker on http://localhost:PORT, until Ctrl-C
	$(launch) run

test:  ## every test, or as in: make test ARGS="tests/visits -k publish"
	$(launch) test $(ARGS)

nightly:  ## what takes long or wants further Debian packages: chaos, proxies, units, large restores
	$(launch) nightly $(ARGS)

check:  ## format, lint, missing or unfit migrations, secrets in files, settings fit for production
	$(launch) check

format:  ## puts the code into the one format
	$(launch) python -m ruff format .
	$(launch) python -m ruff check --fix .

bench:  ## prints queries, CPU and milliseconds of the main pages
	$(launch) python bench/run.py $(ARGS)

bench-growth:  ## the same after years of use: 1,000 visits, 5,000 practices, one visit of 200 sessions
	$(launch) python bench/grow.py $(ARGS)

bench-load:  ## prints what one machine carries, and its memory (wants wrk)
	$(launch) python bench/load.py $(ARGS)

manage:  ## a command of Django on the data of make run: make manage ARGS="load_demo --help"
	$(launch) manage $(ARGS)

sbom:  ## writes docs/sbom.json: every package that the portal runs on, in CycloneDX
	$(launch) python -m cyclonedx_py requirements requirements.txt --output-reproducible --of JSON -o docs/sbom.json

lock:  ## for maintainers, after a change of requirements*.in: writes the locks (wants uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate requirements-dev.in -o requirements-dev.txt
	$(MAKE) sbom
