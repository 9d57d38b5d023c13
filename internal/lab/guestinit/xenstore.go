//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab/bootplan"
)

func xenstoreRead(w io.Writer, keys []string) error {
	if len(keys) == 0 {
		return errors.New("usage: xenstore-read KEY [KEY]")
	}
	for _, k := range keys {
		a, err := ask(bootplan.Request{Key: k})
		switch {
		case err != nil:
			return err
		case !a.Found:
			return fmt.Errorf("couldn't read path %s", k)
		}
		if _, err := fmt.Fprintln(w, a.Value); err != nil {
			return err
		}
	}
	return nil
}

func xenstoreWrite(args []string) error {
	if len(args) == 0 || len(args)%2 != 0 {
		return errors.New("usage: xenstore-write KEY VALUE [KEY VALUE]")
	}
	for i := 0; i < len(args); i += 2 {
		if _, err := ask(bootplan.Request{Write: true, Key: args[i], Value: args[i+1]}); err != nil {
			return err
		}
	}
	return nil
}

// ask sends a request to the lab. There is no deadline: the lab answers as long
// as the guest lives.
func ask(r bootplan.Request) (bootplan.Answer, error) {
	var a bootplan.Answer
	c, err := net.Dial("unix", bootplan.Socket) //nolint:noctx // a tool of the guest, which anybody may interrupt
	if err != nil {
		return a, err
	}
	defer func() { _ = c.Close() }()
	if err := json.NewEncoder(c).Encode(r); err != nil {
		return a, err
	}
	if err := json.NewDecoder(c).Decode(&a); err != nil {
		return a, err
	}
	if a.Error != "" {
		return a, errors.New(a.Error)
	}
	return a, nil
}
