#!/usr/bin/env bash
# Compares the Go benchmarks with those that were recorded last:
#   bash bench/compare.sh          report, as a step of .ci/run
#   bash bench/compare.sh record   take this machine's as the ones to compare with
# It reports and fails nobody: times are those of another machine, or of a busy
# one. Allocations are not, so look at those first.
set -euo pipefail
cd "$(dirname "$0")/.."
recorded=bench/recorded/benchmarks.txt

run() { # run COUNT
  local flags=(-run '^$' -benchmem -cpu 2 -benchtime 50ms -count "$1")
  {
    go test "${flags[@]}" -bench '^Benchmark(Request|VerifyHit|VerifyMiss)$/^(public|protected,_one_token|tokens|verifier)' ./api_test ./auth
    go test "${flags[@]}" -bench '^Benchmark(Parse|Append|MergePatch|Validate|ParseAndPlan|SealAndOpen)$' \
      ./jsonvalue ./collection/schema ./collection/query ./seal
  } | { grep '^\(goos\|goarch\|pkg\|cpu\|Benchmark\)'; }
}

if [ "${1:-}" = record ]; then
  mkdir -p bench/recorded
  run 10 >"$recorded"
  echo "recorded in $recorded"
  exit
fi
[ -f "$recorded" ] || { echo "nothing was recorded yet"; exit 0; }
new=$(mktemp)
trap 'rm -f "$new"' EXIT
run 6 >"$new" || { echo "the benchmarks did not run"; exit 0; }
go tool -modfile=tools/go.mod benchstat recorded="$recorded" now="$new" || echo "benchstat did not run"
