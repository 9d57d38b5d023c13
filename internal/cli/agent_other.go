//go:build !linux

package cli

import (
	"errors"
	"fmt"
	"runtime"
)

func mayInstall() error {
	return fmt.Errorf("guests run Linux, and this is %s; --root prepares a disk of one", runtime.GOOS)
}

func (i *installation) start() error { return errors.ErrUnsupported }
