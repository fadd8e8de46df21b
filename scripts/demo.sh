#!/usr/bin/env bash
# Records the bundled message as `afterbeep record` would record a caller: no microphone, no questions.
#
# Builds the command first. CARGO and CARGO_TARGET_DIR are honoured.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
afterbeep=$target/demo/afterbeep

echo "== Building afterbeep (the first time takes a minute or two)"
"$cargo" build --profile demo --locked --package afterbeep-cli

mkdir -p demo
rm -f demo/message.part.wav # left over where an earlier demo was killed

echo
echo "== Recording cli/demo/caller.wav as if it were a caller, at the speed of speech"
"$afterbeep" record --input cli/demo/caller.wav --real-time \
  --stop-tones '#' --max-silence-timeout 2 --max-duration 60 \
  --output demo/message.wav --force --picture demo/message.svg

cat <<END

The message:  $PWD/demo/message.wav
The picture:  $PWD/demo/message.svg  (open it in a browser)

Next, with your own microphone (speak after the beep, then press Ctrl-C or just fall silent):

  $afterbeep record --output mine.wav --max-silence-timeout 2 --max-duration 60
  $afterbeep devices       # the microphones that there are
END
