package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
)

func (a *app) modelConvertCommand() *cobra.Command {
	formats := []string{"json", "sbml", "json.gz", "sbml.gz"}
	cmd := &cobra.Command{
		Use:   "convert FILE OUT",
		Short: "Write a model in another format",
		Long: `Write a model in the format that OUT's name ends in: .json (COBRApy and BiGG),
.xml or .sbml (Level 3 with flux balance constraints 2), each with .gz packed
with gzip; or in that which --to names. OUT "-" is standard output, and takes
--to.

OUT is there whole or not at all. One that is there already stays as it is
without --force. In JSON file, format and model are of what was read; out,
out_format and packed of what was written.`,
		Example: `  bioxen model convert e_coli_core.xml e_coli_core.json.gz
  bioxen model convert iJO1366.xml.gz - --to json`,
		Args: arguments(2, 2, "a FILE and OUT"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.modelConvert(cmd, args[0], args[1]) },
	}
	cmd.Flags().String("to", "", "write this `FORMAT`: "+strings.Join(formats, ", "))
	complete(cmd, "to", formats...)
	cmd.Flags().BoolP("force", "f", false, "replace OUT if it is there")
	addOutput(cmd)
	return cmd
}

// A conversion is the JSON form of what was converted.
type conversion struct {
	File      string `json:"file"`
	Format    string `json:"format"`
	Model     string `json:"model"`
	Out       string `json:"out"`
	OutFormat string `json:"out_format"`
	Packed    bool   `json:"packed"`
}

func (a *app) modelConvert(cmd *cobra.Command, file, out string) error {
	form, err := output(cmd)
	if err != nil {
		return err
	}
	format, packed, err := formatTo(cmd, out)
	if err != nil {
		return err
	}
	force, err := cmd.Flags().GetBool("force")
	if err != nil {
		return err
	}
	if out != fromInput && !force {
		if _, err := os.Lstat(out); err == nil { // whoever comes later is found at the end
			return errThere(out)
		}
	} else if out == fromInput && form == formJSON {
		return usagef(cmd, "the model goes to standard output, which leaves no place for -o json")
	}
	s, err := a.readModel(cmd.Context(), file)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return modelfile.Write(w, s.model, format, packed) }
	if out == fromInput {
		return write(a.Stdout)
	}
	if err := writeWhole(cmd.Context(), out, force, write); err != nil {
		return err
	}
	done := conversion{File: s.file, Format: formatWord(s.format), Model: s.model.ID(), Out: out, OutFormat: formatWord(format), Packed: packed}
	if form == formJSON {
		return printJSON(a.Stdout, done)
	}
	return printText(a.Stdout, fmt.Sprintf("wrote %s to %s (%s)\n", modelName(done.Model, done.Format), out, done.OutFormat))
}

// formatTo is what the command line says the format is to be.
func formatTo(cmd *cobra.Command, out string) (modelfile.Format, bool, error) {
	to := cmd.Flag("to")
	if !to.Changed {
		if out == fromInput {
			return 0, false, usagef(cmd, "standard output has no name to tell the format by: say --to")
		}
		f, packed, err := modelfile.FormatOf(out)
		if err != nil {
			return 0, false, usagef(cmd, "%w; or say --to", err)
		}
		return f, packed, nil
	}
	f, packed, err := modelfile.FormatOf("." + to.Value.String())
	if err != nil {
		return 0, false, usagef(cmd, "--to %q: must be json, sbml, json.gz or sbml.gz", to.Value)
	}
	return f, packed, nil
}

func errThere(out string) error {
	return fmt.Errorf("%s: %w; --force replaces it", out, fs.ErrExist)
}

// writeWhole makes a file that is whole when it is there: what is written goes
// to another one beside it first.
func writeWhole(ctx context.Context, out string, replace bool, write func(io.Writer) error) (err error) {
	mode := fs.FileMode(0o666)
	if replace { // a link stays one, and who may read the file may still
		if file, err := filepath.EvalSymlinks(out); err == nil {
			out = file
		}
		if was, err := os.Stat(out); err == nil {
			if !was.Mode().IsRegular() {
				return fmt.Errorf("%s: not a file that can be replaced", out)
			}
			mode = was.Mode().Perm()
		}
	}
	draft := filepath.Join(filepath.Dir(out), "."+filepath.Base(out)+"."+rand.Text()+".tmp")
	f, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // a model is no secret, and the umask is the user's
	if err != nil {
		return err
	}
	defer func() {
		if gone := os.Remove(draft); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close(), ctx.Err()); err != nil {
		return err
	}
	if replace {
		return os.Rename(draft, out)
	}
	err = os.Link(draft, out) // which never replaces
	switch _, there := os.Lstat(out); {
	case errors.Is(err, fs.ErrExist):
		return errThere(out)
	case err != nil && there == nil:
		return errThere(out)
	case err != nil: // a file system without links
		return os.Rename(draft, out)
	}
	return nil
}
