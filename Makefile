# Lighttight. `make` alone lists what can be made.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# More for every build, such as `-j 1` on a small machine.
SWIFT_FLAGS ?=
# More for `swift test`, such as `--filter VaultFormatTests`.
TEST_ARGS ?=
# How long `make fuzz` looks, in seconds, over all parsers.
FUZZ_SECONDS ?= 600
# More for the pages' tests: `--only WORD`, or `--help` for the rest.
BROWSER_ARGS ?=
# More for the benchmark: `--quick`, or `--help` for the rest.
BENCH_ARGS ?=

# One flavour a scratch path: changing --static-swift-stdlib in one compiles everything again.
RELEASE := -c release --static-swift-stdlib --scratch-path .build-release
BIN := .build-release/release
DOCS := .build/docs

.PHONY: help setup setup-test toolchain build release demo test test-long test-browser fuzz lint format bench vectors docs \
    install uninstall clean

help: ## this list
	@echo 'Lighttight: an encrypted vault for pictures. Targets:'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)$$/  make \1|\2/p' $(MAKEFILE_LIST) \
	    | while IFS='|' read -r target text; do printf '%-20s %s\n' "$$target" "$$text"; done
	@echo 'Variables: PREFIX DESTDIR SWIFT SWIFT_FLAGS TEST_ARGS BENCH_ARGS BROWSER_ARGS FUZZ_SECONDS'

setup: ## install what is missing to build and run (Debian packages, as root)
	@SWIFT="$(SWIFT)" .ci/setup build

setup-test:
	@SWIFT="$(SWIFT)" .ci/setup build test

toolchain:
	@SWIFT="$(SWIFT)" .ci/setup

build: toolchain ## debug build
	$(SWIFT) build $(SWIFT_FLAGS)

release: toolchain ## release build, in .build-release/release
	$(SWIFT) build $(RELEASE) $(SWIFT_FLAGS)

demo: setup ## make sample pictures and take them through a vault and back
	$(SWIFT) build $(RELEASE) $(SWIFT_FLAGS)
	@LIGHTTIGHT="$(CURDIR)/$(BIN)/lighttight" SAMPLES="$(CURDIR)/$(BIN)/lighttight-samples" \
	    Tests/Demo/demo.sh

test: setup-test ## every fast test
	$(SWIFT) test --disable-xctest $(SWIFT_FLAGS) $(TEST_ARGS)

test-long: setup-test ## the fast tests and those that take long
	LIGHTTIGHT_LONG_TESTS=1 $(SWIFT) test --disable-xctest $(SWIFT_FLAGS) $(TEST_ARGS)

test-browser: ## the pages in Chromium, against a server made from the specification alone
	@SWIFT="$(SWIFT)" .ci/setup browser
	@/usr/bin/python3 Tests/Browser/run.py $(BROWSER_ARGS)

fuzz: toolchain ## fuzz the parsers of the format for FUZZ_SECONDS=600 in all
	@FUZZ_SECONDS="$(FUZZ_SECONDS)" SWIFTC="$(SWIFT)c" Tests/Fuzz/fuzz.sh

lint: setup ## import table, format, house rules
	@/usr/bin/python3 Tests/Lint/lint.py --self-test
	@/usr/bin/python3 Tests/Lint/lint.py
	@$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	@echo 'lint: format is as .swift-format says'

format: toolchain ## lay out every Swift file as lint wants it
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

bench: setup ## measure against the floor, restic and borg, and at scale (BENCH_ARGS=--quick)
	$(SWIFT) build $(RELEASE) $(SWIFT_FLAGS)
	@/usr/bin/python3 Tests/Bench/bench.py --bin $(BIN) $(BENCH_ARGS)

vectors: toolchain ## write Tests/Vectors again; the result must be what is committed
	$(SWIFT) run $(SWIFT_FLAGS) lighttight-vectors Tests/Vectors
	@if [ -n "$$(git status --porcelain -- Tests/Vectors)" ]; then \
	    git status --short -- Tests/Vectors; \
	    echo 'vectors: these files are not what is committed; look at git diff' >&2; exit 1; \
	fi
	@echo 'vectors: unchanged'

docs: toolchain ## completions and manual pages, in .build/docs
	@SWIFT="$(SWIFT)" SWIFT_FLAGS="$(SWIFT_FLAGS)" .ci/docs $(DOCS)

install: ## install programs, manual pages and completions (after: make release docs)
	@for made in $(BIN)/lighttight $(BIN)/lighttight-imager $(DOCS)/man $(DOCS)/completions; do \
	    [ -e "$$made" ] || { echo "install: run 'make release docs' first" >&2; exit 1; }; \
	done
	install -D -s -m 755 $(BIN)/lighttight $(DESTDIR)$(PREFIX)/bin/lighttight
	install -D -s -m 755 $(BIN)/lighttight-imager \
	    $(DESTDIR)$(PREFIX)/libexec/lighttight/lighttight-imager
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(DOCS)/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -D -m 644 $(DOCS)/completions/lighttight.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/lighttight
	install -D -m 644 $(DOCS)/completions/_lighttight \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_lighttight
	install -D -m 644 $(DOCS)/completions/lighttight.fish \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/lighttight.fish

uninstall: ## take away what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/lighttight \
	    $(DESTDIR)$(PREFIX)/libexec/lighttight/lighttight-imager $(DESTDIR)$(PREFIX)/share/man/man1/lighttight*.1 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/lighttight \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_lighttight \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/lighttight.fish

clean: ## remove everything built
	rm -rf .build .build-release .build-fuzz .bench
