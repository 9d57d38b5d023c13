package providerdata

import (
	"context"
	"errors"
	"io/fs"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// Content is the SHA-256 of a file that a configuration names, for its plan. was
// is what the state has; nil for nothing. What has the same sum, or is to be
// downloaded, or is there already, is as it is said to be; a file that is gone since
// counts as unchanged, if no sum is said.
func Content(ctx context.Context, p biovm.Part, was *biovm.Source) (string, error) {
	said := *p.Source
	if said.SHA256 != "" && (said.IsURL() || said.Source == "" || was != nil && was.SHA256 == said.SHA256) {
		return said.SHA256, nil
	}
	_, sum, err := source.Reader{}.Read(ctx, p)
	switch {
	case errors.Is(err, fs.ErrNotExist) && was != nil && said.SHA256 == "" && was.Source == said.Source:
		return was.SHA256, nil
	case errors.Is(err, fs.ErrNotExist) && said.SHA256 == "":
		f := biovm.FieldErrors(err)[0]
		return "", &biovm.FieldError{Path: f.Path, Value: f.Value, Reason: f.Reason + "; of a file that is made in the same apply give the sha256 too, as whoever makes it says it"}
	}
	return sum, err
}
