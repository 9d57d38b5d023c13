package xapi

// A Ref names an object of class T in the pool's database, as in
// OpaqueRef:8f4ab1b2-…. It is valid until the object is destroyed, and means
// nothing to another pool.
type Ref[T any] string

// nullRef is how the server writes "no object".
const nullRef = "OpaqueRef:NULL"

// Null is the reference to no object of class T.
func Null[T any]() Ref[T] { return nullRef }

// IsNull reports whether the reference names no object.
func (r Ref[T]) IsNull() bool { return r == "" || r == nullRef }

type (
	// PoolRef refers to a pool.
	PoolRef = Ref[Pool]
	// HostRef refers to a host.
	HostRef = Ref[Host]
	// HostMetricsRef refers to a host's metrics.
	HostMetricsRef = Ref[HostMetrics]
	// VMRef refers to a VM.
	VMRef = Ref[VM]
	// VMMetricsRef refers to a VM's metrics.
	VMMetricsRef = Ref[VMMetrics]
	// VMGuestMetricsRef refers to a VM's guest metrics.
	VMGuestMetricsRef = Ref[VMGuestMetrics]
	// VBDRef refers to a drive.
	VBDRef = Ref[VBD]
	// VDIRef refers to a disk.
	VDIRef = Ref[VDI]
	// SRRef refers to a storage repository.
	SRRef = Ref[SR]
	// PBDRef refers to a host's connection to an SR.
	PBDRef = Ref[PBD]
	// VIFRef refers to a VM's interface.
	VIFRef = Ref[VIF]
	// NetworkRef refers to a network.
	NetworkRef = Ref[Network]
	// PIFRef refers to a host's interface.
	PIFRef = Ref[PIF]
	// TaskRef refers to a task.
	TaskRef = Ref[Task]
	// CertificateRef refers to a certificate.
	CertificateRef = Ref[Certificate]
)
