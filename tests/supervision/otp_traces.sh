#!/usr/bin/env bash
# otp_traces.sh [--check] [BUILD_DIR]
#
# Writes the trace of each scenario anew by running the scenario on OTP's own supervisor (Debian's
# erlang-base). With --check no file is written. Fails if a trace differs from the file in the tree.
# If BUILD_DIR holds supervision_trace, it also fails if a trace differs from the output of this
# library. OTP_TRACE names another program to use in place of otp_trace.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
oracle=${OTP_TRACE:-$here/otp_trace}
write=yes
if [[ ${1:-} == --check ]]; then write=no; shift; fi
ours=${1:+$1/bin/supervision_trace}

if ! command -v escript >/dev/null; then
  echo "otp_traces: escript is missing; install erlang-base" >&2
  exit 2
fi

made=$(mktemp)
trap 'rm -f "$made"' EXIT
different=0
for scenario in "$here"/scenarios/*.txt; do
  trace=${scenario%.txt}.trace
  "$oracle" "$scenario" >"$made"
  if ! diff -u --label "in the tree" --label "by OTP" "$trace" "$made"; then
    echo "otp_traces: $(basename "$trace") differs" >&2
    different=$((different + 1))
    [[ $write == no ]] || cp "$made" "$trace"
  fi
  if [[ -n $ours ]] && ! diff -u --label "by OTP" --label "by this library" "$made" <("$ours" "$scenario"); then
    echo "otp_traces: this library differs on $(basename "$scenario")" >&2
    different=$((different + 1))
  fi
done
echo "otp_traces: $(ls "$here"/scenarios/*.txt | wc -l) scenarios, $different differences"
((different == 0))
