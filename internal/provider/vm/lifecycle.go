package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// maxMoves bounds how often bring tries: two moves lead from any state to any
// other, and others may move the VM meanwhile.
const maxMoves = 8

// bring moves a VM to the wanted state.
func bring(ctx context.Context, v biovm.VM, want biovm.State) error {
	var refused error
	for range maxMoves {
		s, err := v.Status(ctx)
		if err != nil {
			return err
		}
		move := next(v, s.State, want)
		if move == nil {
			return nil
		}
		switch err := move(ctx); {
		case errors.Is(err, biovm.ErrState) && s.State != biovm.Failed:
			refused = err // somebody else has moved it in between
		case err != nil:
			return err
		}
	}
	return fmt.Errorf("vm %q does not come to the state %s, others keep moving it: %w", v.ID(), want, refused)
}

// next is the operation that leads from a state towards the wanted one; nil
// when the VM is there.
func next(v biovm.VM, from, want biovm.State) func(context.Context) error {
	alive := from == biovm.Running || from == biovm.Paused
	switch {
	case shownState(from) == string(want):
		return nil
	case want == biovm.Stopped:
		return v.Stop
	case !alive:
		return v.Start
	case want == biovm.Paused:
		return v.Pause
	}
	return v.Resume
}
