package cli

import (
	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
)

func (a *app) agentCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "Make this machine a guest that xcpng VMs can run in",
	}
	group(cmd)
	install := &cobra.Command{
		Use:   "install",
		Short: "Install this program as the machine's agent",
		Long: `Install this program as the machine's agent, and start it.

It puts itself to /usr/local/bin/bioxen, makes /var/lib/bioxen, and has
"bioxen serve" run on ` + daemon.DefaultSocket + `: as a service where systemd runs, else in a
session of its own, which does not come back after a reboot. To do it again does
no harm, and replaces an older one. With --root it prepares the image of a
machine and starts nothing.`,
		Example: `  sudo bioxen agent install
  bioxen agent install --root /mnt/image`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := cmd.Flags().GetString("root")
			if err != nil {
				return err
			}
			return daemon.Install(cmd.Context(), root, func(line string) error { return printText(a.Stdout, line+"\n") })
		},
	}
	install.Flags().String("root", "", "install into the image at `DIR`")
	_ = install.MarkFlagDirname("root") // it fails for a flag that is not there only
	cmd.AddCommand(install)
	return cmd
}
