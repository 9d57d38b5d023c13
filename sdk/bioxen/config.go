package bioxen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// maxConfigBytes bounds a settings file; real ones take less than a kilobyte.
const maxConfigBytes = 1 << 20

// LoadConfig reads a VM's settings from a file: YAML when its name ends in
// .yaml or .yml, JSON otherwise. Both have the same fields; unknown ones are
// errors. Whether the settings suit an organism says [biovm.Config.Validate].
func LoadConfig(path string) (biovm.Config, error) {
	info, err := os.Stat(path)
	if err != nil {
		return biovm.Config{}, fmt.Errorf("load config: %w", err)
	}
	if info.Size() > maxConfigBytes {
		return biovm.Config{}, fmt.Errorf("load config %s: %w: longer than %d bytes", path, biovm.ErrInvalid, maxConfigBytes)
	}
	data, err := os.ReadFile(path) //nolint:gosec // reading the file that the caller names is the job
	if err != nil {
		return biovm.Config{}, fmt.Errorf("load config: %w", err)
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml":
		if data, err = yamlToJSON(data); err != nil {
			return biovm.Config{}, fmt.Errorf("load config %s: %w: %w", path, biovm.ErrInvalid, err)
		}
	}
	c, err := biovm.LoadConfig(bytes.NewReader(data))
	if err != nil {
		return biovm.Config{}, fmt.Errorf("load config %s: %w", path, err)
	}
	return c, nil
}

// maxConfigValues bounds how many values a settings file holds when its
// aliases are written out: a few of them may stand for billions.
const maxConfigValues = 10_000

// yamlToJSON goes through JSON so that one reader decides what a setting is.
// An empty document sets nothing.
func yamlToJSON(data []byte) ([]byte, error) {
	var doc map[string]any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc == nil {
		return []byte("{}"), nil
	}
	if left := spend(maxConfigValues, doc); left < 0 {
		return nil, fmt.Errorf("holds more than %d values, its aliases written out", maxConfigValues)
	}
	return json.Marshal(doc)
}

// spend takes the number of v's values off the budget, and stops below zero.
func spend(budget int, v any) int {
	budget--
	switch v := v.(type) {
	case map[string]any:
		for _, part := range v {
			if budget = spend(budget, part); budget < 0 {
				break
			}
		}
	case []any:
		for _, part := range v {
			if budget = spend(budget, part); budget < 0 {
				break
			}
		}
	}
	return budget
}
