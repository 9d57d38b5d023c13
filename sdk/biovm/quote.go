package biovm

// A Quote says what a VM would hold and could hold, without making it.
type Quote struct {
	// Grant is what it would hold: the allocation over the defaults.
	Grant Resources `json:"grant"`
	// Limits are what may be allocated to it at most.
	Limits Resources `json:"limits"`
	// Config is what would hold: the spec's settings over the defaults.
	Config Config `json:"config"`
	// Chassis is the shared chassis' name, empty for one of its own.
	Chassis string `json:"chassis,omitempty"`
	// Capacity is what a chassis of the spec's kind has to give, and MaxVMs how
	// many VMs it carries.
	Capacity Resources `json:"capacity"`
	MaxVMs   int       `json:"max_vms"`
}
