#!/usr/bin/env bash
# Runs the benches that have a goal, each after the other, and ends with one table of what came out: bench.sh CALLS SECONDS
#
# What they print goes by as it comes. AFTERBEEP and PEER are programs (see benches/benches/analyze.rs), FEATURES are cargo's.
set -euo pipefail
cd "$(dirname "$0")/.."
calls=$1 seconds=$2
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# What does not hold is told in the table, with all else.
failed=0

bench() {
  echo "== $*"
  # shellcheck disable=SC2086 # several words, or none
  "${CARGO:-cargo}" bench --quiet --package afterbeep-benches ${FEATURES:-} --bench "$@" | tee -a "$log" || failed=1
}

bench pipeline
bench analyze
bench engine
ulimit -n "$(ulimit -H -n)"
# Large pages, as benches/README.md tells a server of thousands of calls to.
GLIBC_TUNABLES=glibc.malloc.hugetlb=1 bench load -- --calls "$calls" --seconds "$seconds"
echo "== memory of a call"
"${CARGO:-cargo}" test --quiet --release --package afterbeep --test memory -- --nocapture | tee -a "$log" || failed=1

printf '\n%s, %s cores, load %s\n\n| what | here | goal |\n|---|---|---|\n' \
  "$(date +%F)" "$(nproc)" "$(cut -d ' ' -f 1 /proc/loadavg)"
sed -n 's/^goal: //p' "$log"
exit "$failed"
