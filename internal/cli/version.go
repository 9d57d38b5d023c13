package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/internal/notice"
)

// A build says what program this is.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified,omitempty"` // built from a checkout with changes
	Go       string `json:"go"`
	Platform string `json:"platform"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	API      api    `json:"api"`
}

// api is the versions of the daemon's API that this program speaks.
type api struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// line says in a line what program this is.
func (b build) line() string { return fmt.Sprintf("bioxen %s (%s, %s)\n", b.Version, b.Go, b.Platform) }

func (a *app) build() build {
	b := build{Version: a.Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, OS: runtime.GOOS, Arch: runtime.GOARCH, API: api(daemon.Speaks())}
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	switch {
	case b.Version != "":
	case ok && info.Main.Version != "" && info.Main.Version != "(devel)":
		b.Version = info.Main.Version
	default:
		b.Version = "dev"
	}
	return b
}

func (a *app) versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which release this is, and on whose terms",
		Args:  arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			licenses, err := cmd.Flags().GetBool("licenses")
			if err != nil {
				return err
			}
			b := a.build()
			switch {
			case form == formJSON && licenses:
				return printJSON(a.Stdout, struct {
					build

					License string `json:"license"`
					Notice  string `json:"notice"`
				}{b, notice.License(), notice.Notice()})
			case form == formJSON:
				return printJSON(a.Stdout, b)
			case licenses:
				return printText(a.Stdout, notice.License()+"\n"+notice.Notice())
			}
			return printText(a.Stdout, b.line())
		},
	}
	cmd.Flags().Bool("licenses", false, "print the licence, and the sources and licences of the data and the modules within")
	addOutput(cmd)
	return cmd
}
