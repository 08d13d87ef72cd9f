# One command to run, one to test. Each brings what it needs, or prints the line to type.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build app budgets lighthouse test lint fmt advisories bench fuzz clean

# Where `make run` listens, and what `make test` and `make bench` pass on.
LISTEN ?= 127.0.0.1:8080
ARGS ?=

## run: builds all, then a lively demo at http://127.0.0.1:8080 (LISTEN=ADDRESS:PORT for another)
run: build
	@echo "Daybook: a demo pod at http://$(LISTEN) in a moment; its sign-ins are printed below. Ctrl-C ends it."
	@DAYBOOK_LISTEN=$(LISTEN) cargo run --release --locked --quiet --bin daybook -- demo

## build: the release binary, with the phone app in it
build: app
	@scripts/need build
	cargo build --release --locked

# The phone app is built into the binary when it is there and Node can build it.
app:
	@if [ ! -f app/package.json ]; then \
	    exit 0; \
	elif ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || a === 20 && b >= 19 ? 0 : 1)' 2>/dev/null; then \
	    echo "Node 20.19 or newer not found: building the API only; the phone app will not be served"; \
	elif [ -f app/dist/index.html ] && [ -z "$$(find app languages -path app/node_modules -prune -o -path app/dist -prune -o -type f -newer app/dist/index.html -print -quit)" ] && [ ! api-spec/openapi.json -nt app/dist/index.html ]; then \
	    exit 0; \
	else \
	    cd app && npm ci --no-audit --no-fund && npm run build; \
	fi

## budgets: holds the phone app to its bytes and, on a slow network, its seconds
budgets: app
	@scripts/need build app
	cargo build --locked
	cd app && BUDGETS=strict node --test tests/budgets.test.mjs

## lighthouse: the family's first screen by Lighthouse on a phone: 98, 100 and 100 at least
lighthouse: app
	@scripts/need build app
	cargo build --locked
	node scripts/lighthouse.mjs

## test: passes every test, on SQLite and PostgreSQL, then fuzzes the API (ARGS=for cargo test, SKIP=fuzz)
test:
	@scripts/test $(ARGS)

## lint: form, clippy, scripts, and what may come into the house
lint:
	@scripts/lint

## fmt: puts the form right
fmt:
	cargo fmt

## advisories: asks the advisory database; says "not checked" where it cannot be fetched, and fails
advisories:
	@scripts/need deny
	@export PATH="$$PATH:$${CARGO_INSTALL_ROOT:-$${CARGO_TARGET_DIR:-target}/tools}/bin"; \
	if ! cargo deny --locked fetch db; then \
	    echo "advisories: not checked, because the database could not be fetched"; \
	    exit 1; \
	fi; \
	cargo deny --locked check --disable-fetch advisories

## bench: Daybook beside a bare minimum, as ratios (ARGS=NAME for one, ARGS=--help for all there is)
bench:
	@scripts/need build
	cargo bench --locked --bench against_bare -- $(ARGS)

## fuzz: the API of the debug binary alone (FUZZ_EXAMPLES, FUZZ_ROLES, FUZZ_SEED)
fuzz:
	@scripts/need build fuzz
	cargo build --locked
	scripts/fuzz-api

## clean: removes what was built, tools included
clean:
	cargo clean

## help: this list
help:
	@sed -n 's/^## //p' Makefile | while IFS=: read -r name text; do printf '  make %-12s%s\n' "$$name" "$$text"; done
