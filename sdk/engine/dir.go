package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// DefaultDir is the data directory that [Open] uses when it is told none: the
// place that the system has for programs' state. That is
// $XDG_STATE_HOME/bioxen or ~/.local/state/bioxen, on macOS
// ~/Library/Application Support/bioxen, on Windows %LOCALAPPDATA%\bioxen.
func DefaultDir() (string, error) { return defaultDir(runtime.GOOS, os.Getenv) }

func defaultDir(goos string, getenv func(string) string) (string, error) {
	base, parts := getenv("HOME"), []string{".local", "state"}
	switch goos {
	case "windows":
		base, parts = getenv("LOCALAPPDATA"), nil
	case "darwin":
		parts = []string{"Library", "Application Support"}
	default:
		// The XDG specification has relative paths ignored.
		if state := getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
			base, parts = state, nil
		}
	}
	if base == "" {
		return "", fmt.Errorf("find the data directory: %w", errors.New("the environment names no home directory; name a data directory"))
	}
	return filepath.Join(base, filepath.Join(parts...), "bioxen"), nil
}
