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

// A PoolRef is a reference to a pool, and so on for each class.
type (
	PoolRef           = Ref[Pool]
	HostRef           = Ref[Host]
	HostMetricsRef    = Ref[HostMetrics]
	VMRef             = Ref[VM]
	VMMetricsRef      = Ref[VMMetrics]
	VMGuestMetricsRef = Ref[VMGuestMetrics]
	VBDRef            = Ref[VBD]
	VDIRef            = Ref[VDI]
	SRRef             = Ref[SR]
	PBDRef            = Ref[PBD]
	VIFRef            = Ref[VIF]
	NetworkRef        = Ref[Network]
	PIFRef            = Ref[PIF]
	TaskRef           = Ref[Task]
	CertificateRef    = Ref[Certificate]
)
