package provider

import (
	"context"
	"os"
	"time"
)

// parentPoll is how often Orphaned looks; the operating systems have no event
// for it in common.
const parentPoll = 200 * time.Millisecond

// Orphaned returns when the process that has started this one has ended, or
// ctx has. Terraform that is killed leaves its providers running: what such a
// provider makes, nobody will ever know, and nobody could adopt it as long as
// its maker lives. On Windows it never notices.
func Orphaned(ctx context.Context) {
	parent := os.Getppid()
	tick := time.NewTicker(parentPoll)
	defer tick.Stop()
	for os.Getppid() == parent {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
