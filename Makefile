# The usual commands. Everything works without make, too.
.PHONY: dev test check build bench fuzz

dev: ## API and development tenant on this machine
	go run ./cmd/postern dev

test: ## all tests; what needs Chromium or Node skips without them
	go test -timeout 20m ./...

check: ## all that a change has to pass
	bash .ci/run

build: ## the binary for production
	CGO_ENABLED=0 go build -trimpath -tags nodev,nomsgpack -ldflags '-s -w' -o postern ./cmd/postern

bench: ## Postern beside its peers and the limit; see docs/performance.md
	go run ./bench/run

fuzz: ## each fuzz target for ten minutes
	bash bench/fuzz.sh 10m
