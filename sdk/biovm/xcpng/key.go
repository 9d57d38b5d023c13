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

// keyFile is the driver's own SSH key in its folder.
const keyFile = "id_ed25519"

// A keyring is the driver's own SSH key.
type keyring struct {
	dir string

	mu  sync.Mutex // guards key
	key *sshx.PrivateKey
}

// own returns the driver's own key, made and kept on first use. Of processes that
// make one at the same time all get the same.
func (k *keyring) own() (sshx.PrivateKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key != nil {
		return *k.key, nil
	}
	key := sshx.PrivateKey{File: filepath.Join(k.dir, keyFile)}
	if k.dir == "" {
		made, _, err := sshx.GenerateKey("bioxen")
		if err != nil {
			return made, err
		}
		k.key = &made
		return made, nil
	}
	if _, err := os.Stat(key.File); errors.Is(err, fs.ErrNotExist) {
		if err := k.make(key.File); err != nil {
			return key, fmt.Errorf("keep the driver's SSH key: %w", err)
		}
	}
	k.key = &key
	return key, nil
}

// make puts a new key into its place whole, unless another process has.
func (k *keyring) make(file string) error {
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return err
	}
	made, _, err := sshx.GenerateKey("bioxen")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(k.dir, ".key-") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(made.PEM.Reveal())
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		if err = os.Link(f.Name(), file); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// keyFor returns the key that logs in to a machine.
func (k *keyring) keyFor(path string) (sshx.PrivateKey, error) {
	if path != "" {
		return sshx.PrivateKey{File: path}, nil
	}
	return k.own()
}
