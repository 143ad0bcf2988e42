# make help lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
FUZZTIME ?= 20s
LINT ?= golangci-lint
export CGO_ENABLED ?= 0

.PHONY: help build test race lint lua fuzz crash cover generate servers ci

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## bin/moonpost, static
	go build -trimpath -ldflags '-s -w' -o bin/moonpost ./cmd/moonpost

test: ## all tests; those with real servers are skipped unless their addresses are set
	go test ./...

race: ## all tests under the race detector
	CGO_ENABLED=1 go test -race ./...

lint: ## golangci-lint with the house's habits, gofmt among them
	$(LINT) run ./...

lua: ## luacheck and stylua over our own Lua
	luacheck --no-color -qq -- $$(git ls-files '*.lua' ':!luabind/meta')
	stylua --check $$(git ls-files '*.lua' ':!luabind/meta')

fuzz: ## every fuzz target for FUZZTIME (20s)
	@set -e; grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sort | while IFS=: read -r file target; do \
		target=$${target#func }; echo "== $${file%/*} $$target"; \
		go test "$${file%/*}" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x; \
	done

crash: ## batches killed at every moment and run again, on SQLite and PostgreSQL (root, an hour)
	go test ./outbox/crashtest -count=1 -timeout 3h -v -long

cover: ## bin/cover.html and the total
	@mkdir -p bin
	go test -coverpkg=./... -coverprofile=bin/cover.out ./...
	go tool cover -html=bin/cover.out -o bin/cover.html
	@go tool cover -func=bin/cover.out | tail -n 1

generate: ## docs/lua.md, luabind/meta, NOTICE.md, and the generated columns of docs/rfc.md
	rm -f luabind/meta/*.lua
	go test ./luabind -run Generated -update
	go test . -run 'Notice|RFC' -update

servers: ## starts real mail servers, prints their addresses for eval, stops them with .ci/servers stop
	@dir=$$(mktemp -d) && .ci/servers start "$$dir" && echo "# stop: .ci/servers stop $$dir"

ci: ## what the project's checks run
	bash .ci/run
