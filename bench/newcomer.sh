#!/usr/bin/env bash
# Walks a newcomer's path in an empty folder and says how long each step took:
# clone, `postern dev`, a token, the first answer to it; then `postern serve` with
# the three settings of a tenant, and its first answer. The modules are those
# that the machine has; an empty GOMODCACHE and GOCACHE make it a first time.
#
#   bench/newcomer.sh [address of the repository]
set -euo pipefail
from=${1:-$(git -C "$(dirname "$0")" rev-parse --show-toplevel)}
folder=$(mktemp -d)
export XDG_CACHE_HOME=$folder/cache
began=$(date +%s%N)
said() { printf '%6.1f s  %s\n' "$((($(date +%s%N) - began) / 100000000))e-1" "$1"; }
git clone -q "$from" "$folder/postern"
cd "$folder/postern"
said "clone"
go run ./cmd/postern dev --memory --addr localhost:16160 --tenant-addr localhost:16161 --playground-addr localhost:16162 \
  >"$folder/banner" 2>&1 &
runs=$!
trap 'pkill -P $runs 2>/dev/null || true; wait $runs 2>/dev/null || true; chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
until grep -q 'More tokens' "$folder/banner"; do
  kill -0 $runs || { cat "$folder/banner"; exit 1; }
  sleep 0.1
done
said "go run ./cmd/postern dev: ready"
line=$(grep -m1 '^curl .*Authorization' "$folder/banner")
answer=$(sh -c "$line -s -w ' %{http_code}'")
said "the curl line of the banner: $answer"
case $answer in *200) ;; *) exit 1 ;; esac
token=$(go run ./cmd/postern token --user ada --tenant http://localhost:16161/)
AUTH0_DOMAIN=http://localhost:16161 AUTH0_AUDIENCE=https://hello-world.example.com CLIENT_ORIGIN_URL=https://app.example.com \
  PORT=16163 go run ./cmd/postern serve >"$folder/served" 2>&1 &
serves=$!
trap 'pkill -P $serves 2>/dev/null || true; pkill -P $runs 2>/dev/null || true; wait $runs $serves 2>/dev/null || true; chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
until curl -sf http://localhost:16163/readyz >/dev/null; do
  kill -0 $serves || { cat "$folder/served"; exit 1; }
  sleep 0.1
done
answer=$(curl -s -w ' %{http_code}' -H "Authorization: Bearer $token" http://localhost:16163/api/messages/protected)
said "three settings and postern serve: $answer"
case $answer in *200) ;; *) exit 1 ;; esac
