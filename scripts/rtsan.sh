#!/usr/bin/env bash
# Runs the capture crate's tests with every callback under RealtimeSanitizer: rtsan.sh [argument of cargo test]...
#
# The sanitizer is LLVM's (20 or newer), as the distribution packs it: Debian's libclang-rt-22-dev, which is installed where
# that needs no password. Where it cannot be had this says SKIPPED and succeeds. `rtsan.sh --find` only says where it is.
# Stable Rust does: the crate rtsan-standalone links it when RTSAN_ENABLE is set, and is empty else.
set -euo pipefail
cd "$(dirname "$0")/.."

# The runtime library of the newest LLVM that is there.
find_runtime() {
  local version file
  for version in $(compgen -G '/usr/lib/llvm-*' | sed -n 's/.*llvm-\([0-9]*\)$/\1/p' | sort -rn); do
    file=/usr/lib/llvm-$version/lib/clang/$version/lib/linux/libclang_rt.rtsan-$(uname -m).a
    if [ "$version" -ge 20 ] && [ -r "$file" ]; then
      echo "$file"
      return
    fi
  done
  return 1
}

if [ "${1:-}" = --find ]; then
  find_runtime
  exit
fi
if ! runtime=$(find_runtime); then
  scripts/setup.sh sanitizer || true
  runtime=$(find_runtime) || {
    echo "SKIPPED: rtsan: there is no RealtimeSanitizer of LLVM 20 or newer (Debian: apt-get install libclang-rt-22-dev)" >&2
    exit 0
  }
fi
# Read by the build script of rtsan-standalone-sys, which would fetch it from the network else.
export RTSAN_ENABLE=1 RTSAN_LIB_PATH=$runtime
# The whole workspace is named so that nothing is built again that `make test` built; the tests are capture's.
exec "${CARGO:-cargo}" test --workspace --test sanitizer --test real_time --test rings --test formats --test every_format \
  --test channels "$@"
