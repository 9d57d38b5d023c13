package biovmtest

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// TestDriver runs the conformance suite, as parallel subtests. Each calls
// newDriver once or more for a driver that has no VMs; newDriver fails the
// test when there can be none. The suite closes the drivers, before the
// cleanups that newDriver registers on its t.
func TestDriver(t *testing.T, newDriver func(t *testing.T) biovm.Driver) {
	t.Helper()
	open := func(t *testing.T) biovm.Driver {
		t.Helper()
		d := newDriver(t)
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
		return d
	}
	for _, part := range []struct {
		name string
		run  func(t *testing.T, open func(t *testing.T) biovm.Driver)
	}{
		{"Info", testInfo},
		{"Create", testCreate},
		{"CreateTwice", testCreateTwice},
		{"Get", testGet},
		{"List", testList},
		{"Invalid", testInvalid},
		{"Lifecycle", testLifecycle},
		{"Destroy", testDestroy},
		{"SameNameAnew", testSameNameAnew},
		{"ContextEndsAfter", testContextEndsAfter},
		{"ContextEndedBefore", testContextEndedBefore},
		{"ContextEndsDuring", testContextEndsDuring},
		{"Execute", testExecute},
		{"ExecuteDeterministic", testExecuteDeterministic},
		{"ExecuteErrors", testExecuteErrors},
		{"ExecuteLimits", testExecuteLimits},
		{"ExecuteScope", testExecuteScope},
		{"Metrics", testMetrics},
		{"Genes", testGenes},
		{"Allocate", testAllocate},
		{"AllocateRefused", testAllocateRefused},
		{"AllocateGrowth", testAllocateGrowth},
		{"Recommendations", testRecommendations},
		{"Update", testUpdate},
		{"UpdateRefused", testUpdateRefused},
		{"Model", testModel},
		{"ModelShared", testModelShared},
		{"ModelRefused", testModelRefused},
		{"ModelWithoutATP", testModelWithoutATP},
		{"Packages", testPackages},
		{"PackagesOfSpec", testPackagesOfSpec},
		{"PackagesRefused", testPackagesRefused},
		{"Genome", testGenome},
		{"GenomeForeign", testGenomeForeign},
		{"GenomeAndModel", testGenomeAndModel},
		{"GenomeRefused", testGenomeRefused},
		{"Life", testLife},
		{"EColi", testEColi},
		{"Records", testRecords},
		{"SharedChassis", testSharedChassis},
		{"SharedChassisAllocate", testSharedChassisAllocate},
		{"Concurrent", testConcurrent},
		{"ConcurrentCreate", testConcurrentCreate},
		{"ConcurrentShared", testConcurrentShared},
		{"ConcurrentStart", testConcurrentStart},
		{"ConcurrentExecute", testConcurrentExecute},
		{"Close", testClose},
		{"CloseDuringExecute", testCloseDuringExecute},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, open)
		})
	}
}

func testInfo(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	info := d.Info()
	if _, err := biovm.ParseVMType(string(info.VMType)); err != nil || info.Description == "" {
		t.Errorf("Info = %+v, want a vm type and a description", info)
	}
	if again := d.Info(); again != info {
		t.Errorf("Info = %+v and then %+v", info, again)
	}
}
