package sshx

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// GenerateKey makes an ed25519 key and returns it with its line for
// authorized_keys, which ends with the comment and without a newline.
func GenerateKey(comment string) (PrivateKey, string, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return PrivateKey{}, "", fmt.Errorf("make an SSH key: %w", err)
	}
	block, err := ssh.MarshalPrivateKey(private, comment)
	if err != nil {
		return PrivateKey{}, "", fmt.Errorf("make an SSH key: %w", err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		return PrivateKey{}, "", fmt.Errorf("make an SSH key: %w", err)
	}
	return PrivateKey{PEM: Conceal(string(pem.EncodeToMemory(block)))}, authorizedLine(key, comment), nil
}

// Authorized returns the key's line for authorized_keys, without a comment.
func (k PrivateKey) Authorized() (string, error) {
	s, err := k.signer()
	if err != nil {
		if k.File != "" {
			return "", fmt.Errorf("private key: %s: %w", k.File, err)
		}
		return "", fmt.Errorf("private key: %w", err)
	}
	return authorizedLine(s.PublicKey(), ""), nil
}

// authorizedLine writes a public key. A comment stays on its line.
func authorizedLine(key ssh.PublicKey, comment string) string {
	line := strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(key)), "\n")
	if comment = strings.Join(strings.Fields(comment), " "); comment != "" {
		line += " " + comment
	}
	return line
}
