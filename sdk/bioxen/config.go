package bioxen

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// maxConfigBytes bounds a settings file; real ones take less than a kilobyte.
const maxConfigBytes = 1 << 20

// LoadConfig reads a VM's settings from a file: YAML when its name ends in
// .yaml or .yml, JSON when it ends in .json; another file is JSON when it begins
// with a brace, else YAML. Both have the same fields; unknown ones are errors.
// Whether the settings suit an organism says [biovm.Config.Validate].
func LoadConfig(path string) (biovm.Config, error) {
	data, err := source.ReadFile(path, maxConfigBytes)
	if errors.Is(err, source.ErrNotRegular) || errors.Is(err, source.ErrTooLarge) {
		err = fmt.Errorf("%w: %w", biovm.ErrInvalid, err)
	}
	if err != nil {
		return biovm.Config{}, fmt.Errorf("load config: %w", err)
	}
	if isYAML(path, data) {
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

func isYAML(path string, data []byte) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml":
		return true
	case ".json":
		return false
	}
	return !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{"))
}

// maxConfigValues bounds how many values a settings file holds when its
// aliases are written out: a few of them may stand for billions.
const maxConfigValues = 10_000

// yamlToJSON goes through JSON so that one reader decides what a setting is.
// An empty document sets nothing.
func yamlToJSON(data []byte) ([]byte, error) {
	var doc map[string]any
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("a second document follows the settings")
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
