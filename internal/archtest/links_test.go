package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	report(t, checkLinks(repository(t)))
}

func TestGuides(t *testing.T) {
	t.Parallel()
	report(t, checkGuides(repository(t)))
}

func TestSnippets(t *testing.T) {
	t.Parallel()
	report(t, checkSnippets(repository(t)))
}

// checkLinks says which links between the documents lead nowhere: to a file that
// is not there, or to a heading that it does not have.
func checkLinks(tr *tree) (problems []string) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, name := range tr.texts {
		if path.Ext(name) != ".md" || strings.Contains("/"+name, "/testdata/") {
			continue
		}
		text, err := fs.ReadFile(tr.fsys, name)
		if err != nil {
			return append(problems, err.Error())
		}
		for _, m := range link.FindAllStringSubmatch(prose(string(text)), -1) {
			to, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(to, ":") {
				continue // an address on the network
			}
			target := name
			if to != "" {
				target = path.Join(path.Dir(name), to)
			}
			if _, err := fs.Stat(tr.fsys, target); err != nil {
				problems = append(problems, fmt.Sprintf("%s links to %s, which is not there", name, m[1]))
				continue
			}
			if anchor == "" {
				continue
			}
			there, err := fs.ReadFile(tr.fsys, target)
			if err != nil || !slices.Contains(anchors(string(there)), anchor) {
				problems = append(problems, fmt.Sprintf("%s links to %s, and there is no such heading", name, m[1]))
			}
		}
	}
	return problems
}

// prose is a document without its blocks of code.
func prose(text string) string {
	var b strings.Builder
	code := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
			continue
		}
		if !code {
			b.WriteString(line)
		}
	}
	return b.String()
}

// anchors are what links call a document's headings, and what it names itself.
func anchors(text string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`<a id="([^"]+)">`).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	dropped := regexp.MustCompile(`[^\pL\pN _-]`)
	for line := range strings.Lines(prose(text)) {
		if title := strings.TrimLeft(line, "#"); title != line && strings.HasPrefix(title, " ") {
			title = strings.ToLower(dropped.ReplaceAllString(strings.TrimSpace(title), ""))
			all = append(all, strings.ReplaceAll(title, " ", "-"))
		}
	}
	return all
}

// checkGuides says which guides the first page of the documentation does not
// name.
func checkGuides(tr *tree) (problems []string) {
	index, err := fs.ReadFile(tr.fsys, "docs/index.md")
	if err != nil {
		return []string{err.Error()}
	}
	_, list, _ := strings.Cut(string(index), "\n## Guides\n")
	for _, name := range tr.texts {
		if guide, ok := strings.CutPrefix(name, "docs/"); ok && path.Dir(guide) == "guides" && !strings.Contains(list, "]("+guide+")") {
			problems = append(problems, fmt.Sprintf("docs/index.md does not list %s under Guides: add it to templates/index.md.tmpl", guide))
		}
	}
	return problems
}

// checkSnippets says which Go of README.md no program under examples/sdk has,
// line for line.
func checkSnippets(tr *tree) (problems []string) {
	text, err := fs.ReadFile(tr.fsys, "README.md")
	if err != nil {
		return []string{err.Error()}
	}
	programs := ""
	for _, f := range tr.files {
		if strings.HasPrefix(f.path, "examples/sdk/") {
			code, err := fs.ReadFile(tr.fsys, f.path)
			if err != nil {
				return append(problems, err.Error())
			}
			programs += flush(string(code))
		}
	}
	for i, m := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(programs, flush(m[1])) {
			problems = append(problems, fmt.Sprintf("README.md: no program under examples/sdk has the lines of Go block %d", i+1))
		}
	}
	return problems
}

// flush is code without indentation.
func flush(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	return b.String()
}
