# Needs git, make, Go ≥ 1.26 and terraform ≥ 1.11. Everything else is pinned in
# tools/ and built on first use. "make ci" also needs a C compiler, for the race
# detector, and Debian's nodejs, npm, python3-os-xenapi, mtools, dosfstools, openssh-server,
# busybox-static, python3-cobra, python3-biopython, glpk-utils and qemu-user, for programs that
# others wrote, and root, for guests: as root on Debian it installs what is missing.

# An inherited CLI configuration may name a file that is not there, or turn
# plugins away; and nothing here may ask the network for newer versions.
unexport TF_CLI_CONFIG_FILE
export CHECKPOINT_DISABLE = 1
export CGO_ENABLED = 0
export TF_ACC = 1

GO        ?= go
BIN       ?= bin
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
SHARED    ?= ../shared
FUZZTIME  ?= 2000x
COVERAGE  ?= 85
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 freebsd/amd64 freebsd/arm64

# Without paths in it, what was compiled for one checkout serves every other that has
# the same files, as CI's has. Of tools that is so anyway: FLAGS builds them.
FLAGS := $(filter-out -trimpath,$(shell $(GO) env GOFLAGS))
export GOFLAGS := $(strip $(FLAGS) -trimpath)

BUILD   = $(GO) build -trimpath -ldflags '-X main.version=$(VERSION)'
TEST    = $(GO) run ./internal/testrun
LINT    = $$(GOFLAGS='$(FLAGS)' $(GO) tool -modfile=tools/go.mod -n golangci-lint)
RELEASE = GOFLAGS='$(FLAGS)' $(GO) tool -modfile=tools/goreleaser/go.mod goreleaser

# Tests wait for terraform, guests and other programs: one package more at a time
# than there are processors keeps these busy.
BESIDE = -p $$(($$(getconf _NPROCESSORS_ONLN) + 1))

# The packages whose results must be the same bit for bit on every platform.
PURE = $(patsubst %,./%/...,$(wildcard $(addprefix sdk/engine/,cell chassis culture expression genome internal/checkpoint internal/lp internal/near internal/replicas living metabolism operon organism plasmid process wholecell)))

.NOTPARALLEL:
.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build the provider and the bioxen command into BIN=bin
	$(BUILD) -o $(BIN)/terraform-provider-bioxen .
	$(BUILD) -o $(BIN)/bioxen ./cmd/bioxen

.PHONY: demo
demo: needs-terraform ## terraform apply boots three cells and shows how they grow
	@$(GO) run ./internal/demo

.PHONY: test
test: needs-terraform ## unit and acceptance tests, with the terraform on PATH
	@$(TEST) ./...

.PHONY: fmt
fmt: ## format the Go and the Terraform files
	$(LINT) fmt
	terraform fmt -recursive examples

.PHONY: lint
lint: ## run the linters
	$(LINT) run

.PHONY: gen
gen: needs-terraform ## renew what is generated: the docs and the embedded notice
	$(GO) generate ./...

.PHONY: gen-data
gen-data: ## make the organisms' tables anew from SHARED=../shared
	$(GO) run ./internal/gendata -shared $(SHARED)

.PHONY: bench
bench: ## run the benchmarks, then what "make ratios" does
	$(GO) test -run '^$$' -bench . -benchmem ./...
	@$(MAKE) --no-print-directory ratios

.PHONY: ratios
ratios: ## compare our times with those of COBRApy, GLPK, Biopython and a program in C
	@{ sdk/engine/metabolism/peers/install && sdk/engine/genome/peers/install; } || echo 'some of the peers are not there: what they would be compared in is listed as absent'
	@$(GO) run ./internal/ratio -models $(SHARED)/data/models -genome $(SHARED)/data/syn3a/syn3A.gb

# Tests that drive built programs or read files: the race detector sees nothing
# in them, so ci runs them with cover.
RACELESS = cmd/bioxen internal/archtest internal/gendata internal/provider $(SEQUENTIAL)

# Packages that start no goroutine and share nothing: the race detector would see
# nothing but the tests beside each other.
SEQUENTIAL = $(addprefix internal/provider/,allocation genome packages process xcpng) $(addprefix sdk/engine/,culture \
	expression/sbml genome genome/fasta genome/genbank genome/genomefile genome/gff3 internal/lp living \
	metabolism/modelfile metabolism/sbml operon operon/lac packages plasmid process)

# What takes longest, without the race detector and with it. Tests start in the
# order in which packages are named: were one of these the last, a core would wait
# for it. Those named twice run once.
LONGEST      = $(addprefix ./,internal/provider sdk/biovm/xcpng sdk/xapi)
LONGEST_RACE = $(addprefix ./,sdk/biovm/xcpng internal/provider/vm sdk/xapi sdk/engine)

# Packages that compute without end: what counts the statements of such a loop, on two
# processors, has these wait for each other's memory, and the loop takes several times as
# long. Each of the packages has one processor, and runs beside the others.
NUMERIC = $(addprefix sdk/engine/,metabolism wholecell expression operon/lac internal/lp plasmid process living culture)

COVER = $(TEST) $(BESIDE) -timeout 15m -coverpkg=./sdk/...

.PHONY: cover
cover: ## test sdk/ without the race detector, numeric suites too; fail under COVERAGE=85 %
	@$(COVER) -cpu 1 -coverprofile=cover.numeric.out $(addprefix ./,$(NUMERIC))
	@$(COVER) -coverprofile=cover.out $(LONGEST) $$($(GO) list ./sdk/... | grep -vxF "$$(printf '%s\n' $(addprefix $$($(GO) list -m)/,$(NUMERIC)))") \
		./internal/daemon $(addprefix ./,$(filter-out $(NUMERIC),$(RACELESS)))
	@tail -n +2 cover.numeric.out >>cover.out
	@$(GO) tool cover -func=cover.out | awk -v min=$(COVERAGE) \
		'END {sub("%", "", $$3); print "coverage of sdk/: " $$3 " % of statements, at least " min " % wanted"; exit $$3 < min}'

.PHONY: fuzz
fuzz: ## fuzz every target for FUZZTIME=2000x inputs, or a time
	@grep -rEl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u | xargs -P 2 -n 1 .ci/fuzz $(FUZZTIME)

.PHONY: cross
cross: ## build for the other platforms, PLATFORMS="os/arch ..."
	@for p in $(PLATFORMS); do echo "$$p"; \
		GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -ldflags '-s -w' -o /dev/null . ./cmd/bioxen || exit 1; \
	done

# ---- what ci does besides, in the order of its steps: cheap first ----

CI = fmt-check tidy-check vet lint gen-check examples release-check fmadd invariants cross-ci samebits fuzz peers lab test-race cover

# With BIOXEN_CI a test fails where it would skip for want of a program.
.PHONY: ci
ci: export BIOXEN_CI = 1
ci: needs-terraform ## everything that a change must pass; .ci/run calls this
	@before=$$(git status --porcelain); began=$$(date +%s); \
	for step in $(CI); do \
		printf '\n==> %s\n' "$$step"; start=$$(date +%s); \
		$(MAKE) --no-print-directory "$$step" || { echo "==> $$step failed"; exit 1; }; \
		echo "==> $$step took $$(($$(date +%s) - start)) s"; \
	done; \
	left=$$(git status --porcelain); \
	[ "$$left" = "$$before" ] || { printf 'the run changed the checkout; git status was:\n%s\nand is:\n%s\n' "$$before" "$$left"; exit 1; }; \
	printf '\nci passed in %s s\n' "$$(($$(date +%s) - began))"

.PHONY: fmt-check
fmt-check:
	@$(LINT) fmt --diff

.PHONY: tidy-check
tidy-check: # tools/goreleaser cannot be tidied: see its go.mod
	$(GO) mod tidy -diff
	$(GO) -C tools mod tidy -diff

.PHONY: vet
vet:
	$(GO) vet ./...

.PHONY: gen-check
gen-check: # on a clean checkout: make gen changes nothing
	@state() { git status --porcelain; git diff HEAD | git hash-object --stdin; }; before=$$(state); \
	$(MAKE) --no-print-directory gen && [ "$$(state)" = "$$before" ] || \
		{ git status --short; echo 'generated files are stale: run "make gen" and commit what it changes'; exit 1; }

.PHONY: examples
examples: # the tests run them; this holds their form
	terraform fmt -check -diff -recursive examples
	$(GO) vet ./examples/...

.PHONY: release-check
release-check:
	$(RELEASE) check

# A fused multiply-add rounds once where other platforms round twice. The grep
# for FMULD proves that there was assembly to look at.
.PHONY: fmadd
fmadd:
	@asm=$$(mktemp) && trap 'rm -f "$$asm"' EXIT && \
	GOOS=linux GOARCH=arm64 $(GO) build -gcflags=-S $(PURE) >"$$asm" 2>&1 || { tail "$$asm"; exit 1; }; \
	grep -q FMULD "$$asm" || { echo 'found no floating-point assembly to look at'; exit 1; }; \
	! grep -E '[[:space:]]FN?M(ADD|SUB)[DS][[:space:]]' "$$asm" || \
		{ echo 'fused multiply-add on arm64: write float64(x*y) + z'; exit 1; }; \
	echo "no fused multiply-add in $(PURE)"

# Every event of every simulation is checked: slow, and it panics.
.PHONY: invariants
invariants: ## test the simulations in the build that checks every event
	$(GO) vet -tags invariants ./sdk/engine/expression/... ./sdk/engine/living ./sdk/engine/wholecell
	@$(TEST) -tags invariants -short ./sdk/engine/expression/... ./sdk/engine/living ./sdk/engine/wholecell

.PHONY: samebits
samebits: ## show that results on arm64 are those on amd64 to the bit, by way of QEMU
	@internal/samebits/install
	@$(GO) run ./internal/samebits

.PHONY: cross-ci
cross-ci:
	@$(MAKE) --no-print-directory cross PLATFORMS='linux/arm64 darwin/arm64 windows/amd64'

.PHONY: peers
peers: ## install the programs that others wrote, which tests run to compare
	sdk/xapi/xapitest/peers/install
	sdk/engine/metabolism/peers/install
	sdk/engine/genome/peers/install

.PHONY: lab
lab: ## install what the lab boots its guests with
	internal/lab/install

# Of whose tests those of ensembles alone start goroutines: in the others one cell
# lives at length, or one simulator runs. TestBirthDeathMean is of an ensemble too.
ENSEMBLES = sdk/engine/wholecell sdk/engine/expression

# The heavy numeric suites carry "//go:build !race": they run in cover.
.PHONY: test-race
test-race: export CGO_ENABLED = 1
test-race:
	@command -v $${CC:-gcc} >/dev/null || { echo 'the race detector needs a C compiler: install gcc, or set CC'; exit 1; }
	@$(TEST) $(BESIDE) -race -shuffle=on -timeout 15m $(LONGEST_RACE) $$($(GO) list ./... | grep -vxF "$$(printf '%s\n' $(addprefix $$($(GO) list -m)/,$(RACELESS) $(ENSEMBLES)))")
	@$(TEST) -race -shuffle=on -run 'Ensemble|BirthDeathMean' $(addprefix ./,$(ENSEMBLES))

.PHONY: needs-terraform
needs-terraform:
	@command -v terraform >/dev/null || { echo 'terraform is not on PATH: install Terraform 1.11 or newer (the tests and the demo run the real program)'; exit 1; }
