#!/usr/bin/env bash
# Makes caller.wav anew, the message that `make demo` records: make-caller.sh [FILE]
#
# Nobody's voice is in it: espeak-ng speaks, sox adds a room's noise and presses a key. We wrote the words. The file is
# dedicated to the public domain (CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/).
#
# Debian packages: espeak-ng sox. The same versions of both give the same file, byte for byte (made with 1.51 and 14.4.2).
set -euo pipefail

out=${1:-$(dirname "$0")/caller.wav}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rate=16000          # Hz: the recording's own rate, so that the demo records it bit for bit
voice_dbfs=-20      # RMS of the voice while it speaks
floor_dbfs=-70      # RMS of the room: 50 dB under the voice
key_dbfs=-13        # peak of each of the key's two tones

# Speaks a sentence, without the silence before and after it.
say() { # file, words
  espeak-ng -v en-us+f3 -s 170 -p 45 -w "$work/raw.wav" "$2"
  sox -R "$work/raw.wav" -c 1 -b 16 "$work/$1.wav" rate -v $rate highpass 80 \
    silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse
}

# Sets a file's RMS.
at_level() { # file, dBFS
  local now
  now=$(sox "$work/$1.wav" -n stats 2>&1 | awk '/^RMS lev dB/ { print $4 }')
  sox -R -D "$work/$1.wav" "$work/$1-set.wav" gain "$(awk "BEGIN { print $2 - ($now) }")"
}

silence() { # file, seconds
  sox -R -D -n -r $rate -c 1 -b 16 "$work/$1.wav" trim 0 "$2"
}

say first "Hello, this is Ellen from the bicycle shop. Your wheel is ready."
say second "Fetch it any day before six. Bye!"
at_level first $voice_dbfs
at_level second $voice_dbfs
silence before 0.5
silence thinking 1.0
silence pause 0.8
silence after 1.0

# The key #: 941 and 1477 Hz for 120 ms.
sox -R -D -n -r $rate -c 1 -b 16 "$work/key.wav" \
  synth 0.12 sine 941 sine 1477 remix - fade t 0.003 0.12 0.003 gain -n "$(awk "BEGIN { print $key_dbfs + 6.02 }")"

sox -D "$work"/{before,first-set,thinking,second-set,pause,key,after}.wav "$work/line.wav"
sox -R -D -n -r $rate -c 1 -b 16 "$work/noise.wav" synth "$(soxi -D "$work/line.wav")" pinknoise
at_level noise $floor_dbfs
sox -R -D -m -v 1 "$work/line.wav" -v 1 "$work/noise-set.wav" -b 16 "$out"

soxi "$out"
