# Every command of the project. `make help` lists them.
# Each step leaves a stamp in .venv, so that a second start does only what changed.

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --no-deps --require-hashes
MO := $(patsubst %.po,%.mo,$(wildcard learnapp/translations/*/LC_MESSAGES/*.po))
# A venv knows its own path: one made elsewhere (a moved or copied folder) is made again.
ifneq ($(shell cat $(STAMPS)/venv 2>/dev/null),$(CURDIR))
MOVED := moved
endif
# What follows `pytest`: make test ARGS="tests/unit -k marking"
ARGS ?=
WORKERS ?= 2
PEOPLE ?= 1000,10000
OFFICERS ?= 6

# Real question files lie beside the checkout where it was developed; tests of them need this name.
ifneq ($(wildcard ../shared/banks),)
export LEARNAPP_BANKS ?= $(abspath ../shared/banks)
endif

.DEFAULT_GOAL := help
.PHONY: help run demo-large test lint types coverage format phone lighthouse bench scale fuzz score soak drill audit mutants texts pictures readme-pictures bundle messages lock clean setup dev moved
# Two downloads at once would gain nothing and mix their lines.
.NOTPARALLEL:

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
		while IFS='|' read -r name what; do printf '%-16s %s\n' "$$name" "$$what"; done

demo-large: PEOPLE = 100000
demo-large: setup ## a town of PEOPLE=100000 officers in var/large, to look at (under four minutes)
	@LEARNAPP_HOME=var/large $(BIN)/learnapp demo large --people $(PEOPLE)

run: setup ## set up and show the demonstration: a small town at once, a large one loaded behind it (var/demo)
	@exec $(BIN)/learnapp demo

# One file stays on one worker, so that it makes its fixtures once (pytest-xdist 3.8 with pytest 9.2
# ignores its groups); the order is ours: slow files first.
test: dev lint types ## set up and run every check and test (ARGS="tests/unit -k word")
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: dev ## the style of code, pages, styles and scripts, one tool for each, and no dead code
	@echo "ruff, vulture"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --quiet --check . || { echo "not laid out: make format"; exit 1; }
	@$(BIN)/vulture
	@echo "djlint"
	@$(BIN)/djlint templates --quiet --lint
	@$(BIN)/djlint templates --quiet --check || { echo "not laid out: make format"; exit 1; }
	@echo "prettier"
	@$(BIN)/python ops/prettier.py --check || { echo "not laid out: make format"; exit 1; }

format: dev ## order imports and lay out the code, pages, styles and scripts
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .
	@$(BIN)/djlint templates --quiet --reformat ; $(BIN)/python ops/prettier.py --write

# Following every branch costs half as much again of the tests' time, so `make audit` has it and
# `make test` has not. Browsers, kills and installs are too coarse to count as tests of a line.
coverage: dev ## lines and branches that the fast tests run: 92 % in all, 80 % of each module
	@rm -rf build/coverage && mkdir -p build/coverage
	@$(BIN)/coverage run -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
		tests/unit tests/services tests/web tests/cli tests/serving tests/demo tests/scale $(ARGS)
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage json --quiet --fail-under=0 -o build/coverage/report.json
	@$(BIN)/coverage report --show-missing; whole=$$?; $(BIN)/python -m tests.least_covered && exit $$whole

types: dev ## the types of all that is shipped
	@echo "mypy"
	@$(BIN)/mypy question_bank learnapp

phone: dev ## what the daily pages cost a phone: bytes, taps, and whether Chromium 94 knows every word of them
	@$(BIN)/python -m pytest -q -p no:xdist tests/web/core/test_page_weight.py tests/web/core/test_taps.py \
		tests/web/exams/test_weight.py tests/unit/web/test_chromium_94.py $(ARGS)

lighthouse: dev ## Lighthouse's mobile figures of sign-in, week, reading, exam and result (installs it into build/; 4 minutes)
	@$(BIN)/python -m tests.lighthouse

bench: dev ## what a page and a save cost beside the least they could, as ratios in one run
	@$(BIN)/python -m tests.bench $(ARGS)
	@$(BIN)/python -m tests.bench.whole_exam
	@$(BIN)/python -m tests.bench.memory
	@$(BIN)/python -m tests.bench.banks
	@$(BIN)/python -m tests.bench.stalled
	@$(BIN)/python -m tests.bench.roster_beside

scale: dev ## what pages, lists, jobs and deeds cost with many people and questions, and what a year adds (PEOPLE=1000,10000; ARGS=--postgresql)
	@$(BIN)/python -m tests.scale --people $(PEOPLE) $(ARGS)
	@LEARNAPP_LOCK_PEOPLE=10000 $(BIN)/python -m pytest -q -p no:xdist tests/scale
	@$(BIN)/python -m tests.scale.lists 1000 10000 100000
	@$(BIN)/python -m tests.scale.jobs 2000 20000
	@$(BIN)/python -m tests.scale.growth --officers $(OFFICERS)

fuzz: dev ## feed every reader of question files 8,000 damaged files (over 100,000 in all); draw new examples everywhere
	@LEARNAPP_FUZZ=8000 $(BIN)/python -m pytest -n $(WORKERS) -q tests/unit/question_bank/test_fuzz.py $(ARGS)
	@LEARNAPP_FUZZ=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -q \
		$$(grep -rlE 'hypothesis' tests/unit tests/services --include='test_*.py') $(ARGS)

score: dev ## how well question files are read: right, left to a person, ready and wrong
	@$(BIN)/python -m question_bank score tests/unit/question_bank/layouts $(LEARNAPP_BANKS)

soak: dev ## the proofs of reliability in full: hundreds of kills, a bad network, an open loop (20 minutes)
	@LEARNAPP_SOAK=1 $(BIN)/python -m pytest -q -p no:xdist tests/reliability tests/browser/test_first_week.py $(ARGS)
	@$(BIN)/python -m tests.bench.open_loop
	@$(BIN)/python -m tests.bench.many_open

# Root and Debian's haproxy, patroni, etcd-server, python3-etcd, postgresql, pgbouncer, pgbackrest, iproute2;
# what cannot be held says why. LEARNAPP_DRILL_PEOPLE=300 for more people.
drill: dev ## an exam night on one machine, and on three web and three database machines, each killed, frozen, filled, cut off in turn; an upgrade without a stop (25 minutes)
	@$(BIN)/python -m tests.drill.one_machine
	@$(BIN)/python -m tests.drill
	@$(BIN)/python -m tests.drill.rolling
	@$(BIN)/python -m tests.drill.point_in_time

audit: dev coverage phone lighthouse ## coverage; what the daily pages cost a phone; pages on both databases; every page as every kind of person, on three screens, light and dark, in all sizes of type
	@LEARNAPP_EVERY_BACKEND=1 $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests/web
	@$(BIN)/python -m tests.crawl

mutants: dev ## how many of 400 small changes of the rules the unit tests notice (under 30 minutes; ARGS="--seed 2")
	@$(BIN)/python -m tests.mutants --workers $(WORKERS) $(ARGS)

texts: dev ## compare what every page says with another checkout, before = after (BEFORE=folder)
	@$(BIN)/python -m tests.crawl.visible_text $(BEFORE)

readme-pictures: dev ## draw the pictures of the README anew, from a demonstration (docs/pictures, WebP)
	@$(BIN)/python -m tests.readme_pictures

pictures: dev ## draw the pages as pictures, in both sizes, light and dark
	@$(BIN)/python -m tests.pictures $(ARGS)

bundle: setup ## one archive that installs without any network, in dist/
	@$(BIN)/python -m ops.bundle $(ARGS)

messages: setup ## bring the translation file up to date with the sentences in code and pages
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --no-wrap --sort-by-file --no-location --project=learnapp \
		-k lazy_gettext -k translated:2 -k counted:2,3 -F ops/babel.cfg -o build/messages.pot .
	@$(BIN)/pybabel --quiet update --no-wrap --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date --init-missing -l en -i build/messages.pot -d learnapp/translations
	@echo "learnapp/translations/en/LC_MESSAGES/messages.po is up to date"

lock: $(STAMPS)/lock ## choose the newest versions and pin them with hashes
	@sh ops/lock.sh $(BIN)

clean: ## remove what was made here, but not var/ (the database)
	rm -rf $(VENV) node_modules static/vendor build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -f $(MO)
	find learnapp question_bank tests ops -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(STAMPS)/app static/vendor/VERSIONS.txt $(MO)

dev: setup $(STAMPS)/dev

$(STAMPS)/venv: $(MOVED)
	@python=$$(sh ops/python.sh) || exit 1; \
	echo "1/5 making $(VENV) with $$python"; \
	rm -rf $(STAMPS) && "$$python" -m venv --clear $(VENV) && mkdir -p $(STAMPS) && echo "$(CURDIR)" > $@

$(STAMPS)/runtime: ops/requirements.txt $(STAMPS)/venv
	@echo "2/5 installing the libraries of the application"
	@$(PIP) -r $< && touch $@

$(STAMPS)/setup: ops/requirements-setup.txt $(STAMPS)/runtime
	@echo "3/5 installing the tools of set-up"
	@$(PIP) -r $< && touch $@

$(STAMPS)/app: pyproject.toml $(STAMPS)/setup
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --no-deps \
		--no-build-isolation --no-index -e . && touch $@

static/vendor/VERSIONS.txt: package-lock.json ops/assets.py ops/stylesheet.py $(STAMPS)/setup
	@echo "4/5 fetching the assets of the pages"
	@$(BIN)/python ops/assets.py

%.mo: %.po $(STAMPS)/setup
	@echo "5/5 compiling the translations"
	@$(BIN)/pybabel --quiet compile --use-fuzzy -i $< -o $@ && touch $@

$(STAMPS)/dev: ops/requirements-dev.txt $(STAMPS)/setup
	@echo "installing the tools of the tests"
	@$(PIP) -r $< && touch $@

$(STAMPS)/lock: ops/requirements-lock.txt $(STAMPS)/venv
	@$(PIP) -r $< && touch $@
