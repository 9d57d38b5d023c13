package daemon

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// FileInput is exported for huma, as VMInput is.
type FileInput struct {
	SHA256  string `doc:"SHA-256 of the file's bytes, in 64 lower-case hexadecimal digits." path:"sha256"`
	Session string `doc:"The session that holds the file; without one the daemon does, until it ends." header:"Bioxen-Session"`
}

type putFileInput struct {
	FileInput

	RawBody []byte `contentType:"application/octet-stream"`
}

// A fileHolder is an engine, or a session of one.
type fileHolder interface {
	HoldFile(ctx context.Context, sha256 string) (bool, error)
	PutFile(ctx context.Context, sha256 string, content []byte) error
}

// holder is who holds the files of a call.
func (d *Daemon) holder(session string) (fileHolder, error) {
	if session == "" {
		return d.options.Engine, nil
	}
	return d.session(session)
}

func (d *Daemon) aboutFiles(api huma.API) {
	put := route(http.MethodPut, remote.FilesPath+"{sha256}", "put-file", "Bring a file that VMs can be made of")
	put.MaxBodyBytes = biovm.MaxSourceBytes
	put.Description = "A file is there once, whoever brings it, and as often as he does. It stays as long as a VM is made of it, or somebody holds it. " +
		"A spec names it by its sum: {\"model\": {\"sha256\": …}}."
	act(api, put, func(ctx context.Context, in *putFileInput) error {
		h, err := d.holder(in.Session)
		if err != nil {
			return err
		}
		return h.PutFile(ctx, in.SHA256, in.RawBody)
	})
	hold := route(http.MethodPost, remote.FilesPath+"{sha256}/hold", "hold-file", "Whether a file is there, which then stays")
	read(api, hold, func(ctx context.Context, in *FileInput) (remote.FileHeld, error) {
		h, err := d.holder(in.Session)
		if err != nil {
			return remote.FileHeld{}, err
		}
		held, err := h.HoldFile(ctx, in.SHA256)
		return remote.FileHeld{Held: held}, err
	})
}

// most is how many bytes a call may bring, and how long it may take to.
func most(r *http.Request) (bytes int64, patience time.Duration) {
	switch {
	case r.URL.Path == versionPath:
		return maxStranger, headerTime // anybody may ask, and bring nothing
	case r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, remote.FilesPath):
		return biovm.MaxSourceBytes, fileTime
	}
	return remote.MaxCall, bodyTime
}
