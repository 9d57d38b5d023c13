// Command bioxen runs biological virtual machines from the command line.
package main

import (
	"os"

	"github.com/bioxen/terraform-provider-bioxen/internal/cli"
)

// version is set by the linker: -X main.version=v1.2.3.
var version string

func main() {
	os.Exit(cli.Main(cli.Process{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
		Interactive: cli.IsTerminal(os.Stdin), Watched: cli.IsTerminal(os.Stderr), Version: version,
	}))
}
