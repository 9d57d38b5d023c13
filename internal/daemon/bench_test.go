package daemon_test

import (
	"fmt"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// each runs a benchmark on an engine at hand and on the same one behind a socket.
func each(b *testing.B, do func(e basic.Engine) error) {
	b.Helper()
	e, c := both(b)
	world(b, e)
	s := biovm.Spec{ID: "eco", BiologicalType: biovm.EColi}
	if _, err := e.Create(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	if err := e.Operate(b.Context(), "eco", biovm.OpStart); err != nil {
		b.Fatal(err)
	}
	for _, side := range []struct {
		name   string
		engine basic.Engine
	}{{"embedded", e}, {"remote", c}} {
		b.Run(side.name, func(b *testing.B) {
			for b.Loop() {
				if err := do(side.engine); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStatus(b *testing.B) {
	each(b, func(e basic.Engine) error {
		_, err := e.Status(b.Context(), "cell")
		return err
	})
}

// BenchmarkFBA solves anew each time: the medium is another one.
func BenchmarkFBA(b *testing.B) {
	n := 0
	each(b, func(e basic.Engine) error {
		n++
		_, err := e.Execute(b.Context(), "eco", biovm.Process{Code: fmt.Sprintf(`set_medium({"EX_o2_e": %g}, update=True); fba()["growth_rate"]`, 5+float64(n)*1e-4)})
		return err
	})
}

// BenchmarkNew makes a daemon: what is between its start and its first answer.
func BenchmarkNew(b *testing.B) {
	e := enginetest.Open(b, engine.Options{})
	for b.Loop() {
		daemon.New(daemon.Options{Engine: e})
	}
}
