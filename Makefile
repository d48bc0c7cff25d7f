# Tideway's commands. `make run` serves it; `make test` proves it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
export SQLX_OFFLINE := true
-include target/toolchain.env
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
export CARGO_TARGET_DIR := $(TARGET)
NEXTEST = $(shell command -v cargo-nextest >/dev/null 2>&1 && echo "cargo nextest run --no-fail-fast" || echo "cargo test --no-fail-fast")

.PHONY: run test check dev bench bench-ledger bench-stock bench-routes bench-waves shots proof mutants fmt sqlx site bootstrap-%

run: ## serve Tideway with demo data
	@tools/bootstrap run && $(MAKE) --no-print-directory _run
_run: # both at once: for long stretches either has work for one core only
	@cargo build --profile fast -p server -p simulators & program=$$!; \
	tools/site wasm-release || { kill $$program; exit 1; }; wait $$program
	@tools/run

site: ## wasm → target/site
	@tools/site $(or $(SITE_PROFILE),wasm-release)

test: ## everything: format, lints, every Rust test on a real Postgres, the browser's journeys
	@tools/bootstrap test && $(MAKE) --no-print-directory _test
_test: site
	@cargo fmt --all --check
	@cargo clippy --all-targets --quiet -- -D warnings
	@cargo build -p server -p simulators
	@tools/with-postgres $(NEXTEST)
	@tools/browser-tests

check: ## the inner loop: format, lints, domain and service
	@tools/bootstrap build && $(MAKE) --no-print-directory _check
_check:
	@cargo fmt --all --check
	@cargo clippy --all-targets --quiet -- -D warnings
	@tools/with-postgres $(NEXTEST) -p domain -p service

dev: ## rebuild and serve again on every change
	@tools/bootstrap build && tools/dev

bench: ## ratios, side by side, in one run
	@tools/bootstrap test && $(MAKE) --no-print-directory _bench
_bench: site
	@cargo build --profile bench -p journeys --bins
	@tools/with-postgres tools/bench --json $(TARGET)/bench.json

bench-ledger: ## a ledger of ten million movements: questions, receipts and a rebuild beside an empty one; ARGS for more
	@tools/bootstrap test && cargo build --profile bench -p journeys --bins
	@tools/with-postgres $(TARGET)/release/tideway-bench-ledger --json $(TARGET)/bench-ledger.json $(ARGS)

bench-stock: ## a hot SKU under 64 shoppers, and a hundred storms of commands beside a naive model; ARGS for more
	@tools/bootstrap test && cargo build --profile bench -p journeys --bins
	@tools/with-postgres $(TARGET)/release/tideway-bench-stock --json $(TARGET)/bench-stock.json $(ARGS)

bench-routes: ## one cart's walk, beside LKH where PYTHON names an interpreter with elkai, and beside habits
	@tools/bootstrap build && cargo run --release --quiet -p domain --example bench-routes

bench-waves: ## routes, published order-batching instances (a folder in TIDEWAY_DATA), growth on a generated site; ARGS for more
	-@$(MAKE) --no-print-directory bench-routes
	@tools/bootstrap build && cargo run --release --quiet -p domain --example bench-waves -- $(ARGS)

shots: ## every screen at 1280, 820 and 390 px in both themes, on one contact sheet
	@tools/bootstrap test && $(MAKE) --no-print-directory _shots
_shots: site
	@cargo build -p server -p simulators
	@tools/browser-tests shots.mjs

proof: ## feature → the tests that prove it, and features without one
	@tools/proof

mutants: ## do the domain's tests notice when its rules change? nine in ten, or it fails
	@tools/bootstrap build && tools/mutants

fmt:
	@cargo fmt --all

sqlx: ## .sqlx from the statements as they are now
	@tools/with-postgres tools/sqlx-prepare
