// Package modelfile reads a metabolic model of any format that package
// metabolism has a reader for, and writes it in one that the caller names.
//
// [Read] tells the format by the content, not by a name: gzip is unpacked, what
// then begins with { is JSON as COBRApy writes it, what begins with < is SBML.
// See [github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/cobrajson]
// and [github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/sbml]
// for what each takes, and for their limits, which hold for what was unpacked.
package modelfile
