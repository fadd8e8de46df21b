#!/usr/bin/env bash
# Which hosts, beside ALSA and PulseAudio, can be built on this machine.
#
# hosts.sh               prints what cargo is to be told: `--features afterbeep-cli/pipewire,afterbeep-cli/jack`, or less
# hosts.sh --has HOST    only answers: exit code 0 if it can be built
set -euo pipefail

can_be_built() { # host
  command -v pkg-config >/dev/null || return
  case $1 in
    jack) pkg-config --exists jack ;;
    pipewire) pkg-config --exists libpipewire-0.3 libspa-0.2 && has_libclang && clang_reads_the_headers ;;
    *) return 2 ;;
  esac
}

# The bindings are made by libclang when the host is built.
has_libclang() {
  [ -n "${LIBCLANG_PATH:-}" ] && return
  local place
  for place in '/usr/lib*/llvm*/lib/libclang*.so*' '/usr/lib*/*/libclang*.so*' '/usr/lib*/libclang.so*'; do
    compgen -G "$place" >/dev/null && return
  done
  return 1
}

clang_reads_the_headers() {
  # shellcheck disable=SC2046 # several flags, one word each
  echo '#include <pipewire/pipewire.h>' \
    | clang -fsyntax-only -x c $(pkg-config --cflags libpipewire-0.3 libspa-0.2) - 2>/dev/null
}

if [ "${1:-}" = --has ]; then
  can_be_built "${2:?a host}"
  exit
fi
features=()
for host in pipewire jack; do
  if can_be_built "$host"; then features+=("afterbeep-cli/$host"); fi
done
[ ${#features[@]} = 0 ] || (IFS=, && echo "--features ${features[*]}")
