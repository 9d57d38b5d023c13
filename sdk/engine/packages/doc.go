// Package packages reads, verifies, writes, finds and resolves packages:
// libraries of process code and tables of data that are installed in a VM, so
// that its processes can load them:
//
//	load("@essentiality//essentiality.star", "screen")
//	screen()["mcc"]
//
// # What a package is
//
// A folder, or a .tar.gz of one, with a manifest named bioxen-package.toml:
//
//	name        = "growth_law"
//	version     = "1.0.0"
//	description = "Growth as a function of ribosomes and ATP"
//	licence     = "Apache-2.0"
//	authors     = ["BioXen"]
//
//	[requires]
//	engine = ">=0.1.0"
//
//	[requires.packages]
//	media = "^1.0"
//
//	[entry_points]
//	ribosome_sweep = "growth_law.star"
//
//	[files]
//	"README.md"       = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
//	"growth_law.star" = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"
//
// Keys that are not there above are errors. Every file but the manifest is
// listed with its SHA-256, and there is no other. An entry point is a function
// and the file that defines it. Ranges are those of
// github.com/Masterminds/semver: ^1.2, ~1.2.3, >=1.0, <2.0, 1.x, *.
//
// # Limits
//
// Reading refuses more than [MaxFiles] files, one of more than
// [MaxFileBytes], and more than [MaxBytes] in all, or [MaxCodeBytes] of code;
// manifests of more than 256 KiB or 5000 keys; archives that are larger
// than [MaxArchiveBytes] or unpack to more than [MaxRatio] times their size;
// everything that is no regular file or folder; and names that are absolute,
// lead outside, differ in upper and lower case only, or have other characters
// than letters, digits, '.', '_' and '-' between slashes. Nothing is ever
// written to a file system.
//
// The package is pure. What the errors say is for people; their types tell
// them apart, and each of them is a [biovm.ErrInvalid].
package packages
