#!/usr/bin/env bash
# Runs each fuzz target for a while: bash bench/fuzz.sh 10m
# Findings are written to testdata/fuzz beside the target: commit them.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10m}
grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r folder; do
  grep -hoE '^func (Fuzz[A-Za-z0-9]+)' "$folder"/*_test.go | awk '{print $2}' | while read -r target; do
    echo "== $folder $target for $time"
    go test "$folder" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 100x
  done
done
