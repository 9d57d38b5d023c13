package basic_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/biovmtest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

func TestDriverInMemory(t *testing.T) {
	t.Parallel()
	biovmtest.TestDriver(t, func(t *testing.T) biovm.Driver {
		t.Helper()
		return open(t, engine.Options{InMemory: true})
	})
}

func TestDriverInDirectory(t *testing.T) {
	t.Parallel()
	biovmtest.TestDriver(t, func(t *testing.T) biovm.Driver {
		t.Helper()
		return open(t, engine.Options{Dir: t.TempDir()})
	})
}

func open(t *testing.T, o engine.Options) *basic.Driver {
	t.Helper()
	return basic.New(enginetest.Open(t, o))
}
