package biovm

// A PackageVersion says which package, exactly.
type PackageVersion struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Digest is the SHA-256 of what is in the package, in hexadecimal.
	Digest string `json:"digest"`
}
