#!/usr/bin/env bash
# Runs the tests of everything that is written for two threads under miri, with many schedules and the weakest memory that
# the language allows: miri.sh [SEEDS]
#
# Says so, and is content, where there is no miri (`rustup toolchain install nightly --component miri`).
set -euo pipefail
cd "$(dirname "$0")/.."
seeds=${1:-16}

if ! cargo +nightly miri --version >/dev/null 2>&1; then
  echo "SKIPPED: miri is not there; rustup toolchain install nightly --component miri"
  exit 0
fi
export MIRIFLAGS="-Zmiri-many-seeds=0..$seeds -Zmiri-disable-isolation"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/miri"
exec cargo +nightly miri test --package afterbeep --lib -- ring:: engine::finished engine::mailbox engine::tests
