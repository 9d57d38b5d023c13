package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// FileHeld says whether a file is there.
type FileHeld struct {
	Held bool `json:"held"`
}

// FilesPath is where files that VMs are made of are, by their SHA-256.
const FilesPath = "/v1/files/"

// HoldFile reports whether a file is there, by its SHA-256, and has it stay
// there until the client is closed, so that a VM can be made of it.
func (c *Client) HoldFile(ctx context.Context, sha256 string) (bool, error) {
	if !biovm.ValidSHA256(sha256) {
		return false, nil // nothing is there of that name
	}
	held, err := ask[FileHeld](ctx, c, request{op: "look for a file of", method: http.MethodPost, path: FilesPath + sha256 + "/hold", session: true})
	return held.Held, takesFiles(err)
}

// PutFile brings a file that VMs can be made of. It stays as long as a VM is
// made of it, and until the client is closed.
func (c *Client) PutFile(ctx context.Context, sha256 string, content []byte) error {
	const op = "take a file of"
	if err := biovm.CheckFile(sha256, content); err != nil {
		return &biovm.OpError{Op: op, Err: err}
	}
	return takesFiles(c.call(ctx, request{op: op, method: http.MethodPut, path: FilesPath + sha256, raw: content, isRaw: true, session: true}))
}

// errNoRoute says that the daemon knows no such call.
var errNoRoute = errors.New("the daemon knows no such call")

// takesFiles says of a daemon that knows nothing of files what to do.
func takesFiles(err error) error {
	if errors.Is(err, errNoRoute) {
		return fmt.Errorf("%w: the daemon is of a release that takes no files of the user's: replace it: %w", biovm.ErrUnsupported, err)
	}
	return err
}
