# afterbeep: `make help` lists the targets.

CARGO ?= cargo
export CARGO

# What set-up installs before the tests: `test` is everything, `build` only what building needs, `none` nothing.
SETUP ?= test
# Acceptance corpora and their scorers, where they are at hand.
SHARED ?= ../shared
CORPORA := $(or $(CARGO_TARGET_DIR),target)/corpora
# spandsp beside our DTMF detector, where it is installed (Debian: libspandsp-dev).
PEERS = $(shell pkg-config --exists spandsp 2>/dev/null && echo --features spandsp)
# Hosts beside ALSA and PulseAudio, where this machine can build them: PipeWire and JACK.
HOSTS = $(shell scripts/hosts.sh)
# How long `make rig-soak` records.
MINUTES ?= 10
# What `make load` runs.
CALLS ?= 10000
SECONDS ?= 30
AFTERBEEP := $(or $(CARGO_TARGET_DIR),target)/release/afterbeep
# Another program that hears DTMF in a file, built where its source and spandsp are at hand.
PEER = $(if $(and $(PEERS),$(wildcard $(SHARED)/dtmf/peers/Makefile)),$(or $(CARGO_TARGET_DIR),target)/peers/spandsp_dtmf)

.DEFAULT_GOAL := help
.PHONY: help setup demo test rig-test rig-soak rtsan miri instructions bench bench-samples bench-analyze bench-dtmf bench-capture bench-engine load fuzz lint doc dtmf-score vad-score release

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## record a bundled message, without a microphone; shows it live and draws it
	@scripts/setup.sh build
	@scripts/demo.sh

test: setup ## run every test that this machine can run
	$(CARGO) test --workspace $(HOSTS) --no-fail-fast

rig-test: setup ## record and play on real sound servers of every host, side by side (a part of `test`)
	$(CARGO) test --package afterbeep-capture --package afterbeep-cli $(HOSTS) --test hosts

rig-soak: setup ## record known noise on every host at once for MINUTES=10
	$(CARGO) test --package afterbeep-capture --package afterbeep-cli $(HOSTS) --test hosts -- --soak $(MINUTES)

rtsan: ## run the audio thread's tests under RealtimeSanitizer (LLVM 20 or newer; says so where it is not)
	@scripts/rtsan.sh

miri: ## run the tests of what two threads share under miri, with SEEDS=16 schedules (where miri is)
	@scripts/miri.sh $(SEEDS)

instructions: ## count instructions for a sample with callgrind, against committed figures (RENEW=--renew writes them anew)
	@scripts/setup.sh build
	$(CARGO) bench --package afterbeep-benches --bench instructions -- $(RENEW)

bench: release $(PEER) ## measure everything that has a goal, beside its peers, and print one table (see benches/README.md; 10 minutes)
	@AFTERBEEP=$(abspath $(AFTERBEEP)) PEER=$(abspath $(PEER)) FEATURES="$(PEERS)" scripts/bench.sh $(CALLS) $(SECONDS)

bench-samples: ## measure ns per sample of each part
	@scripts/setup.sh build
	$(CARGO) bench --package afterbeep-benches --bench samples

bench-analyze: release $(PEER) ## measure `analyze` over an hour of speech, the whole process, beside spandsp's program
	AFTERBEEP=$(abspath $(AFTERBEEP)) PEER=$(abspath $(PEER)) $(CARGO) bench --package afterbeep-benches --bench analyze

bench-dtmf: ## measure the DTMF detector beside other people's, in one table
	@scripts/setup.sh build
	$(CARGO) bench --package afterbeep-benches $(PEERS) --bench dtmf

bench-capture: ## measure callbacks beside other rings, and listening at a real server of every host (some minutes)
	@scripts/setup.sh build
	$(CARGO) bench --package afterbeep-benches $(subst afterbeep-cli,afterbeep-benches,$(HOSTS)) --bench capture

bench-engine: ## measure what a call costs among many, what the audio thread waits for, how soon an end is told (some minutes)
	@scripts/setup.sh build
	$(CARGO) bench --package afterbeep-benches --bench engine

load: ## run CALLS=10000 calls in real time for SECONDS=30, each recorded to disk, and check every sample
	@scripts/setup.sh build
	@ulimit -n $$(ulimit -H -n); GLIBC_TUNABLES=glibc.malloc.hugetlb=1 $(CARGO) bench --package afterbeep-benches --bench load -- --calls $(CALLS) --seconds $(SECONDS)

fuzz: ## fuzz both detectors for two minutes each (needs cargo-fuzz; see fuzz/README.md)
	RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run dtmf -- -max_total_time=120 -max_len=1024 -len_control=0
	RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run vad -- -max_total_time=120 -max_len=512

lint: ## formatting and clippy, warnings denied
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace $(HOSTS) --all-targets -- -D warnings

doc: ## build the documentation, warnings denied
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace $(HOSTS) --no-deps

setup: ## install what building and testing need (asks nothing)
ifneq ($(SETUP),none)
	@scripts/setup.sh $(SETUP)
endif

dtmf-score: $(CORPORA)/dtmf/truth.json release ## score the DTMF detector (needs ../shared)
	python3 $(SHARED)/dtmf/score.py --corpus $(CORPORA)/dtmf --cmd "$(AFTERBEEP) analyze --format json"

vad-score: $(CORPORA)/vad/manifest.jsonl release ## score speech detection and endpointing (needs ../shared)
	$(SHARED)/vad/score.py --corpus $(CORPORA)/vad --analyze-cmd "$(AFTERBEEP) analyze --format json" \
	  --record-cmd "$(AFTERBEEP) record"

release:
	$(CARGO) build --release --package afterbeep-cli $(HOSTS)

$(or $(CARGO_TARGET_DIR),target)/peers/spandsp_dtmf:
	$(MAKE) --no-print-directory -C $(SHARED)/dtmf/peers B=$(abspath $(dir $@))

$(SHARED)/dtmf/make_corpus.py $(SHARED)/vad/make_corpus.py:
	@echo "There is no $@: set SHARED to the folder that holds the corpora's scripts." >&2; exit 1

$(CORPORA)/venv/ready: | $(SHARED)/vad/make_corpus.py
	$(SHARED)/vad/prepare.sh $(CORPORA)/venv
	touch $@

$(CORPORA)/dtmf/truth.json: $(CORPORA)/venv/ready | $(SHARED)/dtmf/make_corpus.py
	sh $(SHARED)/dtmf/prepare.sh $(CORPORA)/dtmf-voices
	$(CORPORA)/venv/bin/python $(SHARED)/dtmf/make_corpus.py --out $(CORPORA)/dtmf --seed 1 --speech $(CORPORA)/dtmf-voices

$(CORPORA)/vad/manifest.jsonl: $(CORPORA)/venv/ready
	$(CORPORA)/venv/bin/python $(SHARED)/vad/make_corpus.py --out $(CORPORA)/vad
