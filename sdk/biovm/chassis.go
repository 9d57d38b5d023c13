package biovm

// A ChassisStatus says what a chassis has, has given and has left.
type ChassisStatus struct {
	// Name is the shared chassis' name; for one that a VM has for itself, the VM's.
	Name   string      `json:"name"`
	Kind   ChassisKind `json:"kind"`
	Shared bool        `json:"shared"`
	// Capacity is what there is to give, the hypervisor's overhead taken off.
	Capacity Resources `json:"capacity"`
	Granted  Resources `json:"granted"`
	Free     Resources `json:"free"`
	MaxVMs   int       `json:"max_vms"`
	VMs      []ID      `json:"vms"`
}

// Capabilities say what this build and data directory offer.
type Capabilities struct {
	Types    []TypeCapability    `json:"types"`
	Chassis  []ChassisCapability `json:"chassis"`
	Builtins []Builtin           `json:"builtins"`
	Limits   Limits              `json:"limits"`
	Drivers  []DriverInfo        `json:"drivers"`
	Version  string              `json:"version"`
}

// A TypeCapability describes an organism.
type TypeCapability struct {
	Type         BiologicalType `json:"type"`
	Name         string         `json:"name"`
	Description  string         `json:"description"`
	Defaults     Config         `json:"defaults"`
	Genome       GenomeSummary  `json:"genome"`
	ModelVersion string         `json:"model_version"`
	// FreeGrowthRate is on the default medium, in 1/h.
	FreeGrowthRate float64 `json:"free_growth_rate"`
}

// A ChassisCapability describes a kind of chassis.
type ChassisCapability struct {
	Kind        ChassisKind `json:"kind"`
	Description string      `json:"description"`
	// Capacity is what a chassis of the kind has to give, the overhead taken off.
	Capacity        Resources `json:"capacity"`
	OverheadPercent float64   `json:"overhead_percent"`
	MaxVMs          int       `json:"max_vms"`
	// RibosomesPerUnit and RNAPolymerasesPerUnit say how many molecules a
	// unit stands for.
	RibosomesPerUnit      float64 `json:"ribosomes_per_unit"`
	RNAPolymerasesPerUnit float64 `json:"rna_polymerases_per_unit"`
}

// A Builtin is one of the process language's verbs.
type Builtin struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}
