package xcpng

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
)

// A keyring has the keys that get into guests. It is safe for concurrent use.
type keyring struct {
	dir string

	mu  sync.Mutex // guards own
	own *login
}

// A login is a key that gets into a guest.
type login struct {
	key         sshx.PrivateKey
	authorized  string // its line for authorized_keys
	fingerprint string
}

// keyFile is the driver's own key in its folder.
const keyFile = "id_ed25519"

// login returns the key in a file or, when that is empty, the driver's own.
func (k *keyring) login(file string) (*login, error) {
	if file != "" {
		return newLogin(sshx.PrivateKey{File: file})
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.own != nil {
		return k.own, nil
	}
	l, err := k.find()
	if err != nil {
		return nil, err
	}
	k.own = l
	return l, nil
}

func (k *keyring) find() (*login, error) {
	fresh, _, err := sshx.GenerateKey("bioxen")
	if err != nil {
		return nil, err
	}
	if k.dir == "" {
		return newLogin(fresh)
	}
	file := filepath.Join(k.dir, keyFile)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		err = keep(file, fresh)
		if err != nil {
			return nil, fmt.Errorf("keep the driver's SSH key: %w", err)
		}
	}
	return newLogin(sshx.PrivateKey{File: file})
}

// keep writes a new key, whole or not at all. When somebody else has kept one in
// the meantime, theirs stays.
func keep(file string, key sshx.PrivateKey) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), keyFile+".*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(key.PEM.Reveal())
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), file)
		if errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}

func newLogin(key sshx.PrivateKey) (*login, error) {
	line, err := key.Authorized()
	if err != nil {
		return nil, err
	}
	known, err := sshx.Fingerprint(line)
	if err != nil {
		return nil, err
	}
	return &login{key: key, authorized: line, fingerprint: known.Fingerprint}, nil
}
