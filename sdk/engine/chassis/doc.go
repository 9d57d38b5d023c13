// Package chassis describes the host cells whose machinery VMs use: how much
// of it there is, what the hypervisor itself takes, and what of the rest a VM
// gets when nobody says otherwise.
//
// A chassis publishes allocatable units; a unit stands for so many physical
// molecules ([Kind].RibosomesPerUnit, [Kind].RNAPolymerasesPerUnit). ATP is
// in percent of the guest's own reference regeneration, and a chassis has 100.
//
// The package is pure: it holds facts and arithmetic, no state. What VMs hold
// of a chassis is the engine's to keep.
package chassis
