// Package basic is the driver of basic VMs: cells that an engine runs in this
// process or in another one on the same machine.
//
//	e, err := engine.Open(ctx, engine.Options{})
//	factory, err := biovm.NewFactory(basic.New(e))
package basic
