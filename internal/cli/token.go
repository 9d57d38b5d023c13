package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// leastToken is how long a token must be that was made elsewhere: 128 bits in hex.
const leastToken = 32

func (a *app) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token [NAME]",
		Short: "Make a token for a daemon, and the line for its token file",
		Long: `Make a token for a daemon, and the line for its token file.

Callers have the token, as $` + bioxen.EnvToken + ` or as the provider's token; the daemon
knows its hash only, which is the line for the file that "bioxen serve
--token-file" names. NAME follows the hash there, so that you know whose it is.
With --hash the token is read from standard input instead of being made.`,
		Example: `  bioxen token ci
  umask 077; bioxen token -o json ci >ci.json; jq -r .line ci.json >>tokens`,
		Args: arguments(0, 1, "at most one NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			hash, err := cmd.Flags().GetBool("hash")
			if err != nil {
				return err
			}
			return a.token(cmd, strings.Join(args, ""), form, hash)
		},
	}
	cmd.Flags().Bool("hash", false, "hash the token on standard input")
	addOutput(cmd)
	return cmd
}

func (a *app) token(cmd *cobra.Command, name, form string, hash bool) error {
	if strings.ContainsAny(name, "\r\n") {
		return usagef(cmd, "a NAME has one line")
	}
	var made struct {
		Token string `json:"token,omitempty"`
		Line  string `json:"line"`
	}
	if hash {
		text, err := a.readLine(cmd.Context())
		if err != nil {
			return fmt.Errorf("read the token: %w", err)
		}
		if text = strings.TrimSpace(text); len(text) < leastToken {
			return usagef(cmd, "the token on standard input is %d bytes long, and a random one has %d at least: what can be guessed is no token", len(text), leastToken)
		}
		made.Line = daemon.HashToken(text)
	} else {
		made.Token, made.Line = daemon.NewToken()
	}
	made.Line = strings.TrimSpace(made.Line + " " + name)
	switch {
	case form == formJSON:
		return printJSON(a.Stdout, made)
	case hash:
		return printText(a.Stdout, made.Line+"\n")
	}
	return printText(a.Stdout, fmt.Sprintf("token       %s\ntoken file  %s\n", made.Token, made.Line))
}
