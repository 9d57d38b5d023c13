// Package notice holds the licence of BioXen and the terms of the facts and the
// code of others that the programs contain, so that a program can show them
// without the files beside it.
package notice

import (
	_ "embed" // for the texts
)

//go:generate cp ../../LICENSE LICENSE.txt
//go:generate cp ../../NOTICE NOTICE.txt

//go:embed LICENSE.txt
var license string

//go:embed NOTICE.txt
var notice string

// License returns the licence of BioXen's own code.
func License() string { return license }

// Notice returns the credits and terms of the data and the modules that the
// programs contain.
func Notice() string { return notice }
