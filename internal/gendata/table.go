package main

import (
	"fmt"
	"strconv"
	"strings"
)

// table writes a header and rows as tab-separated text. A field must hold
// neither tab nor line end.
func table(header []string, rows [][]string) ([]byte, error) {
	var b strings.Builder
	b.WriteString(strings.Join(header, "\t") + "\n")
	for _, row := range rows {
		if len(row) != len(header) {
			return nil, fmt.Errorf("row %q has %d fields, want %d", row, len(row), len(header))
		}
		for _, field := range row {
			if strings.ContainsAny(field, "\t\r\n") {
				return nil, fmt.Errorf("field %q holds a tab or a line end", field)
			}
		}
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	return []byte(b.String()), nil
}

// number gives the shortest text that reads back as the same float64.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// tidy makes every run of white space one blank.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }
