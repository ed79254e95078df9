# Everything here does its own set-up: a machine needs Go, Node and make, and for the stand-ins of conformance Python with venv.

GO         ?= go
NPM        ?= npm
TOOLS      := $(CURDIR)/bin/tools
LINTER     := $(TOOLS)/golangci-lint-v2.15.0
WEB_SOURCE := $(shell find web/src web/graphiql web/public -type f 2>/dev/null) web/index.html web/vite.config.ts web/budget.ts web/tsconfig.json
FUZZ_TIME  ?= 30s
SCHEDULES  ?= 2000
ROUNDS     ?= 20
ON_AWS     := ./internal/aws/... ./internal/s3 ./conformance/...

export GOFLAGS := -buildvcs=false

.PHONY: run build test test-go test-stock test-web verify faults lint generate check-generated e2e conformance bench bench-go bench-labelling lambda bench-coldstart bench-api synth test-infra deploy destroy photos clean

## run: build and start PAM; the web address is printed when it is ready
run: build
	bin/pam serve

## build: bin/pam, with the web pages in it
build: web/dist/graphiql/index.html
	$(GO) build -o bin/pam ./cmd/pam

## test: everything that proves PAM, in under five minutes
test: test-web test-go

test-go: web/dist/graphiql/index.html
	$(GO) test -race -vet=off ./... # vet runs with lint
	$(GO) test -vet=off -run 'HostileFiles|InspectMemory' ./internal/imaging # bounds on time and memory, which do not hold under -race

## test-stock: the API's tests without query plans, by gqlgen alone: both must pass the same
test-stock: web/dist/graphiql/index.html
	PAM_TEST_STOCK=1 $(GO) test -vet=off -count=1 ./internal/server
	PAM_TEST_STOCK=1 $(GO) test -vet=off -count=1 -run '^Test(Contract|Tenants|Enums)$$' ./cmd/pam

test-web: web/node_modules/.installed
	cd web && $(NPM) test

## verify: the long checks: each fuzz target for FUZZ_TIME, property tests at length, the browser, the protocol audit, the stack on AWS, faults and kills
verify: test test-infra e2e conformance faults
	$(GO) test -count=1 ./internal/zipper ./internal/local/sqlite -rapid.checks=2000
	PAM_TEST_FULL_SIZE=1 $(GO) test -count=1 -v -run '^TestStart$$' ./cmd/pam # 100,000 photos
	PAM_TEST_FULL_SIZE=1 $(GO) test -count=1 -v -run 'ArchivesAt|Zip64|PlanMemory' ./internal/zipper ./internal/photos # 150 GB, of which none is stored
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "fuzz $$package $$target"; $(GO) test $$package -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ_TIME); \
		done; done

## faults: everything goes wrong: SCHEDULES simulations, ROUNDS of SIGKILL; SEED=n repeats those from n on
faults: web/dist/graphiql/index.html
	SCHEDULES=$(SCHEDULES) $(GO) test -count=1 -timeout 60m -v -run '^TestSchedules$$' ./internal/photos
	ROUNDS=$(ROUNDS) $(GO) test -count=1 -timeout 60m -v -run '^TestKilledAtRandomMoments$$' ./cmd/pam

## lint: formatting, static checks, and who may import whom
lint: $(LINTER) web/node_modules/.installed infra/node_modules/.installed
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run gofmt on these files'; exit 1; }
	$(LINTER) run ./...
	cd web && $(NPM) run lint
	cd infra && $(NPM) run lint

## generate: package graph from schema.graphql and gqlgen.yml, AppSync's form of the schema, stock gqlgen's code for the bench, and the types of the web application's documents
generate: web/node_modules/.installed
	$(GO) run ./internal/queryplan/generate
	$(GO) run ./internal/appsync/schemagen schema.graphql graph/appsync.graphql
	$(GO) tool gqlgen generate --config bench/api/stock/gqlgen.yml
	cd web && $(NPM) run generate

## check-generated: fail when the committed generated code is not what generate makes
check-generated: generate
	@git diff --exit-code -- graph bench/api/stock/graph web/src/gql || { echo 'run make generate and commit the result'; exit 1; }
	@test -z "$$(git ls-files --others --exclude-standard -- graph bench/api/stock/graph web/src/gql)" || { echo 'generated files are not committed'; exit 1; }

## e2e: the web application and GraphiQL in a real browser against the real program
e2e: build web/node_modules/.installed
	./web/e2e/install-chromium.sh
	cd web && PAM_BIN=$(CURDIR)/bin/pam $(NPM) run e2e

## conformance: the audits of GraphQL over HTTP against the real program; the adapters for AWS against programs that stand in for it, or with AWS=1 against the account of the SDK's default credentials
conformance: build conformance/node_modules/.installed
	cd conformance && PAM_BIN=$(CURDIR)/bin/pam node audit.mjs
ifdef AWS
	PAM_TEST_AWS=1 $(GO) test -count=1 -timeout 60m $(ON_AWS)
else
	$(GO) build -o $(TOOLS)/standins ./conformance/standins # go run would die of a signal and leave them running
	$(TOOLS)/standins -- $(GO) test -count=1 $(ON_AWS)
endif

## bench: what things cost; docs/performance.md says how to read the tables
bench: bench-go bench-labelling bench-archive bench-coldstart bench-api

bench-go:
	$(GO) test -run '^$$' -bench . -benchmem ./internal/...

## bench-labelling: time and memory of labelling a photo, beside ONNX Runtime on the same networks
bench-labelling: bench/labelling/node_modules/.installed
	$(GO) run ./bench/labelling

## bench-archive: time, memory and traffic of building archives, beside other ways; about half an hour
bench-archive: bench/archive/node_modules/.installed
	$(GO) build -o build/bench/archive-store ./bench/archive/store
	$(GO) run ./bench/archive $(BENCH_ARCHIVE)

## lambda: the functions as Lambda takes them, build/lambda/*.zip; the same sources give the same bytes
lambda: web/dist/graphiql/index.html
	$(GO) run ./lambda/pack

## bench-coldstart: how fast the functions start, beside Apollo Server in the same stand-in for Lambda
bench-coldstart: web/dist/graphiql/index.html bench/coldstart/apollo/node_modules/.installed
	$(GO) run ./bench/coldstart

## bench-api: processor time, latency and memory of the API's answers, beside other GraphQL servers; about five minutes
bench-api: bench/api/peers/node_modules/.installed
	$(GO) run ./bench/api $(BENCH_API)

## synth: the CloudFormation template of PAM on AWS, infra/cdk.out; asks nothing of the network but for what npm ci fetches once
synth: lambda infra/node_modules/.installed
	cd infra && $(NPM) run --silent synth

## test-infra: what the template promises, and that it and the functions' code agree
test-infra: synth
	cd infra && $(NPM) test
	$(GO) test -count=1 ./infra/...

## deploy: PAM in the AWS account that the command line speaks for; says first what is missing (docs/operations.md)
deploy:
	@infra/bin/deploy.sh --check
	@$(MAKE) lambda web/dist/graphiql/index.html infra/node_modules/.installed
	cd infra && $(NPM) run --silent build
	@infra/bin/deploy.sh

## destroy: take PAM out of the account, but for photos, catalog and people; PURGE=1 deletes these too
destroy:
	@infra/bin/destroy.sh

## photos: the photographs that labelling is calibrated and tested on, out of Debian packages (1.1 GB the first time)
photos:
	$(GO) run ./internal/local/neural/calibrate/fetch

clean:
	rm -rf bin build bench/*/node_modules bench/api/peers/node_modules bench/coldstart/apollo/node_modules web/node_modules conformance/node_modules infra/node_modules infra/build infra/cdk.out web/dist/assets web/dist/graphiql

web/dist/graphiql/index.html: web/node_modules/.installed $(WEB_SOURCE)
	cd web && $(NPM) run build
	@touch $@

%/node_modules/.installed: %/package-lock.json
	cd $* && $(NPM) ci --no-audit --no-fund
	@touch $@

$(LINTER):
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	@mv $(TOOLS)/golangci-lint $@
