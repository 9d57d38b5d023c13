package xcpng

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A claim is what keeps a name from being used twice on a pool. It is in the
// pool's other_config, under claimPrefix and the name, which only one can add. It
// is there before the machine, and goes after it.
type claim struct {
	Owner string `json:"owner"`
	// Token is of the making that the claim is for.
	Token string `json:"token"`
}

const claimPrefix = nameKey + ":"

func claimKey(id biovm.ID) string { return claimPrefix + string(id) }

// turnTime is how long a call waits for the right to make a VM: no longer than it
// takes to see that somebody has it.
const turnTime = 250 * time.Millisecond

// errMaking says that somebody makes a VM of the name.
var errMaking = fmt.Errorf("%w: a vm of that name is being made", biovm.ErrExists)

// making takes the right to make a VM of a name on a pool. In this data directory
// one at a time has it, for as long as the making takes: whoever gets it knows
// that what is unfinished is nobody's any more.
func (d *Driver) making(ctx context.Context, host string, id biovm.ID) (done func(), err error) {
	brief, cancel := context.WithTimeoutCause(ctx, turnTime, errMaking)
	defer cancel()
	done, err = d.o.Keeper.Lock(brief, "xcpng/make/"+host+"/"+string(id))
	if err != nil && ctx.Err() == nil && brief.Err() != nil {
		return nil, errMaking
	}
	return done, err
}

// readClaim finds the claim of a name, false when there is none.
func readClaim(ctx context.Context, c *xapi.Client, id biovm.ID) (xapi.PoolRef, claim, bool, error) {
	ref, p, err := c.Pool(ctx)
	if err != nil {
		return ref, claim{}, false, err
	}
	text, ok := p.OtherConfig[claimKey(id)]
	var found claim
	if ok {
		// One that is not readable is somebody's all the same.
		_ = json.Unmarshal([]byte(text), &found)
	}
	return ref, found, ok, nil
}

// claimName claims a name for a making, or fails with a takenError that says whose
// it is.
func (d *Driver) claimName(ctx context.Context, c *xapi.Client, id biovm.ID, token string) error {
	ref, found, there, err := readClaim(ctx, c, id)
	if err != nil {
		return err
	}
	if !there {
		mine := claim{Owner: d.o.Keeper.Owner(), Token: token}
		text, err := json.Marshal(mine)
		if err != nil {
			return err
		}
		err = c.AddPoolOtherConfig(ctx, ref, claimKey(id), string(text))
		if !errors.Is(err, xapi.MapDuplicateKey) {
			return err
		}
		// Somebody was quicker, or the answer to the first attempt got lost.
		if _, found, there, err = readClaim(ctx, c, id); err != nil {
			return err
		}
		if there && found == mine {
			return nil
		}
	}
	return &takenError{claim: found}
}

// A takenError says that a name is claimed.
type takenError struct{ claim claim }

func (e *takenError) Error() string { return fmt.Sprintf("claimed by %q", e.claim.Owner) }

// release gives a name back, if it is claimed for that making; for whatever it
// is when the token is empty, as of a stamp that is not readable.
func (d *Driver) release(ctx context.Context, c *xapi.Client, host string, id biovm.ID, token string) error {
	ref, found, there, err := readClaim(ctx, c, id)
	if err != nil {
		return explain(host, err)
	}
	if !there || found.Token != token && found.Token != "" && token != "" {
		return nil
	}
	return explain(host, c.RemovePoolOtherConfig(ctx, ref, claimKey(id)))
}

// releaseOrphan gives back the name of a VM that is gone, if that is what it is
// claimed for: its destruction may have ended half-way.
func (d *Driver) releaseOrphan(ctx context.Context, c *xapi.Client, host string, id biovm.ID) error {
	_, found, there, err := readClaim(ctx, c, id)
	if err != nil || !there {
		return explain(host, err)
	}
	if _, ours, err := d.o.Keeper.Alive(found.Owner); err != nil || !ours {
		return err
	}
	done, err := d.making(ctx, host, id)
	if err != nil {
		if errors.Is(err, errMaking) {
			return nil // it is for another one
		}
		return err
	}
	defer done()
	all, err := d.pool(host).census.get(ctx)
	if err != nil {
		return err
	}
	if _, ok := all.named(id); ok {
		return nil
	}
	return d.release(ctx, c, host, id, found.Token)
}
