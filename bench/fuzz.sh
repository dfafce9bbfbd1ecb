#!/usr/bin/env bash
# Runs every fuzz target of the repository for a while, one after the other:
#
#   bash bench/fuzz.sh 10m                 the length of a night: about ten hours
#   bash bench/fuzz.sh 30s auth            those whose folder or name matches
#   bash bench/fuzz.sh 2s 'auth FuzzToken$'
#   bash bench/fuzz.sh list                says which there are, and runs none
#
# Targets are found by their name, so none has to be listed. Findings are
# written to testdata/fuzz beside the target: commit them with what mends them.
# One that fails does not keep the others from running.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10m} wanted=${2:-.}
failed=() ran=0
while IFS=: read -r file target; do
  folder=$(dirname "$file")
  [[ "$folder $target" =~ $wanted ]] || continue
  ran=$((ran + 1))
  if [ "$time" = list ]; then
    echo "$folder $target"
    continue
  fi
  echo "== $folder $target for $time"
  go test "$folder" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 100x </dev/null || failed+=("$folder $target")
done < <(grep -rhoE --with-filename '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' . | sed 's/:func /:/' | sort -u)
[ ${#failed[@]} -eq 0 ] || { printf 'FAILED: %s\n' "${failed[@]}"; exit 1; }
[ "$ran" -gt 0 ] || { echo "no target matches $wanted"; exit 1; }
