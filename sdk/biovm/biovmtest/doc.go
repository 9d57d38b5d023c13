// Package biovmtest is the conformance suite of package biovm: what every
// [biovm.Driver] and its VMs must do, whatever they run on. It uses nothing but
// the public interface.
//
// A driver's tests call it once for each way in which the driver can be set up:
//
//	func TestDriver(t *testing.T) {
//		biovmtest.TestDriver(t, func(t *testing.T) biovm.Driver {
//			e, err := engine.Open(t.Context(), engine.Options{InMemory: true})
//			if err != nil {
//				t.Fatal(err)
//			}
//			return basic.New(e)
//		})
//	}
//
// What a VM can do beyond [biovm.VM] is tested if its VMs implement the
// ability's interface, and skipped, saying so, if they do not.
package biovmtest
