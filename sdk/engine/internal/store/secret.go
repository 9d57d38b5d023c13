package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A KeyError says that what was sealed cannot be opened, because the key file
// is not what it was.
type KeyError struct {
	Path string // of the key file
	Err  error
}

func (e *KeyError) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("key file %s is gone", e.Path)
	}
	return fmt.Sprintf("key file %s: %v", e.Path, e.Err)
}

func (e *KeyError) Unwrap() error { return e.Err }

// secretKeyBytes is the length of the key: AES-256.
const secretKeyBytes = 32

// Seal encrypts a secret with the directory's key, which is made on first use.
// What it is for opens it again, and nothing else. It must be called in a
// writing transaction, so that two processes do not make two keys.
func (s *Store) Seal(secret, purpose string) ([]byte, error) {
	aead, err := s.aead()
	if errors.Is(err, fs.ErrNotExist) {
		if err = s.makeKey(); err == nil {
			aead, err = s.aead()
		}
	}
	if err != nil {
		return nil, err
	}
	// The nonce is random, which is safe for 2^32 secrets under one key, and
	// part of what is returned.
	return aead.Seal(nil, nil, []byte(secret), []byte(s.uuid+"/"+purpose)), nil //nolint:gosec // this kind of AEAD draws the nonce itself
}

// Unseal decrypts what Seal gave out for the same purpose in this directory,
// or fails with a [KeyError].
func (s *Store) Unseal(sealed []byte, purpose string) (string, error) {
	aead, err := s.aead()
	if err != nil {
		return "", err
	}
	secret, err := aead.Open(nil, nil, sealed, []byte(s.uuid+"/"+purpose))
	if err != nil {
		return "", &KeyError{Path: s.keyPath(), Err: errors.New("it holds another key than what was kept was encrypted with")}
	}
	return string(secret), nil
}

func (s *Store) keyPath() string { return filepath.Join(s.dir, secretName) }

func (s *Store) aead() (cipher.AEAD, error) {
	key := s.memoryKey
	if s.dir != "" {
		text, err := os.ReadFile(s.keyPath())
		if err == nil {
			key, err = hex.DecodeString(strings.TrimSpace(string(text)))
			if err != nil || len(key) != secretKeyBytes {
				// What is in the file is not for error messages.
				err = fmt.Errorf("it holds no key of %d hexadecimal digits", 2*secretKeyBytes)
			}
		}
		if err != nil {
			return nil, &KeyError{Path: s.keyPath(), Err: err}
		}
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// newKey draws a key.
func newKey() []byte {
	key := make([]byte, secretKeyBytes)
	_, _ = rand.Read(key) // it never fails
	return key
}

// makeKey writes a new key file, whole or not at all.
func (s *Store) makeKey() (err error) {
	f, err := os.CreateTemp(s.dir, secretName+".*") // with mode 0600
	if err != nil {
		return s.unusable(err)
	}
	_, err = f.WriteString(hex.EncodeToString(newKey()) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.keyPath())
	}
	if err != nil {
		return errors.Join(s.unusable(err), os.Remove(f.Name()))
	}
	// The key must be on the disk before what it encrypts is. Not every system
	// can do this.
	if dir, err := os.Open(s.dir); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}
