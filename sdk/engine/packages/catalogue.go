package packages

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

//go:generate go run ../../../cmd/bioxen package verify --write ./catalogue/essentiality
//go:generate go run ../../../cmd/bioxen package verify --write ./catalogue/genome_report
//go:generate go run ../../../cmd/bioxen package verify --write ./catalogue/growth_law
//go:generate go run ../../../cmd/bioxen package verify --write ./catalogue/media

// embedded are the packages that come with BioXen, a folder each.
//
//go:embed catalogue
var embedded embed.FS

// Catalogue reads and verifies the packages that come with this release, by
// name.
func Catalogue() ([]*Package, error) {
	entries, err := embedded.ReadDir("catalogue")
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	var all []*Package
	for _, d := range entries {
		folder, err := fs.Sub(embedded, "catalogue/"+d.Name())
		if err != nil {
			return nil, fmt.Errorf("read the catalogue: %w", err)
		}
		p, err := ReadFolder(folder)
		if err != nil {
			return nil, fmt.Errorf("the catalogue's package %s is damaged: %w", d.Name(), err)
		}
		all = append(all, p)
	}
	return all, nil
}

// Search returns the packages that have every word of a query in their name,
// description or entry points, upper and lower case being the same: those with
// a word in their name first, then by name. An empty query finds all.
func Search(all []*Package, query string) []*Package {
	words := strings.Fields(strings.ToLower(query))
	type hit struct {
		p    *Package
		rank int
	}
	var hits []hit
	for _, p := range all {
		m := p.manifest
		name := strings.ToLower(m.Name)
		text := strings.ToLower(strings.Join(append([]string{m.Name, m.Description}, slices.Sorted(maps.Keys(m.EntryPoints))...), " "))
		missing := func(word string) bool { return !strings.Contains(text, word) }
		if slices.ContainsFunc(words, missing) {
			continue
		}
		rank := 1
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(name, word) }) {
			rank = 0
		}
		hits = append(hits, hit{p, rank})
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.p.Name(), b.p.Name()), -compareVersions(a.p, b.p))
	})
	var found []*Package
	for _, h := range hits {
		found = append(found, h.p)
	}
	return found
}
