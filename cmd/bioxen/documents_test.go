package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// atRoot is a file of the repository, from here.
func atRoot(name string) string { return filepath.Join("..", "..", name) }

// A document has commands and programs that readers type.
type document struct {
	path string
	// organisms are those of the programs, one of each.
	organisms []string
	// left are beginnings of commands that need what no test has: the SBML Test
	// Suite, a daemon.
	left []string
	// files are where their contents are, by name; fixtures are contents.
	files, fixtures map[string]string
	// after is more of the script, by the beginning of the command that it follows.
	after map[string]string
}

func documents(t *testing.T) []document {
	t.Helper()
	guides := filepath.Join("templates", "guides")
	strain := filepath.Join("examples", "resources", "bioxen_genome", "strain.gff3")
	network := filepath.Join("examples", "simulate", "network.xml")
	sharedModel := filepath.Join("..", "shared", "data", "models", "e_coli_core.xml") // which README.md names
	readme := document{
		path:  "README.md",
		files: map[string]string{"network.xml": network},
		fixtures: map[string]string{
			"model.xml.gz": tinyModel, "genome.gb": tinyGenome, "annotation.gff3": tinyAnnotation, "genome.fa": tinySequence,
		},
	}
	if _, err := os.Stat(atRoot(sharedModel)); err == nil {
		readme.files["model.xml.gz"] = sharedModel
		readme.after = map[string]string{
			"bioxen model check":                    "stdout '^objective +0\\.873921506968$'\n",
			"bioxen model fba model.xml.gz --exact": "stdout 686440/785471\n" + lines(blocks(t, "README.md", ""), "residual"),
		}
	}
	write := blocks(t, filepath.Join(guides, "packages.md.tmpl"), "toml")[0]
	code := blocks(t, filepath.Join(guides, "packages.md.tmpl"), "python")[1]
	sugars := blocks(t, filepath.Join(guides, "packages.md.tmpl"), "")[0]
	return []document{
		readme,
		{path: filepath.Join(guides, "growth.md.tmpl"), organisms: []string{"syn3a"}},
		{path: filepath.Join(guides, "living-cells.md.tmpl"), organisms: []string{"ecoli", "ecoli", "syn3a"}},
		{path: filepath.Join(guides, "own-genome.md.tmpl"), files: map[string]string{"strain.gb": strain}},
		{
			path: filepath.Join(guides, "reaction-networks.md.tmpl"), files: map[string]string{"network.xml": network},
			left: []string{"bioxen simulate 00033", `bioxen simulate "$model"`}, after: map[string]string{
				"bioxen simulate network.xml": "cmp stdout expected\n",
			}, fixtures: map[string]string{"expected": blocks(t, filepath.Join(guides, "reaction-networks.md.tmpl"), "")[0]},
		},
		{
			path: filepath.Join(guides, "packages.md.tmpl"), fixtures: map[string]string{"manifest": write, "code": code, "sugars": sugars},
			after: map[string]string{
				"bioxen package new": "cp manifest my_screen/bioxen-package.toml\ncp code my_screen/my_screen.star\ncp sugars my_screen/sugars.tsv\n",
				"bioxen run ecoli":   "stdout '^" + strings.TrimSpace(blocks(t, filepath.Join(guides, "packages.md.tmpl"), "")[1]) + "$'\n",
			},
		},
		{path: filepath.Join(guides, "process-language.md.tmpl"), organisms: []string{"ecoli"}},
	}
}

// What stands for files of the reader's own.
const (
	tinyModel = `{"id": "tiny",
 "metabolites": [{"id": "glc__D_e", "compartment": "e"}, {"id": "o2_e", "compartment": "e"}, {"id": "x_c", "compartment": "c"}],
 "reactions": [
  {"id": "EX_glc__D_e", "metabolites": {"glc__D_e": -1}, "lower_bound": -10, "upper_bound": 1000},
  {"id": "EX_o2_e", "metabolites": {"o2_e": -1}, "lower_bound": -20, "upper_bound": 1000},
  {"id": "burn", "metabolites": {"glc__D_e": -1, "o2_e": -1, "x_c": 2}, "gene_reaction_rule": "b0116"},
  {"id": "ferment", "metabolites": {"glc__D_e": -1, "x_c": 1}, "gene_reaction_rule": "b0903"},
  {"id": "growth", "metabolites": {"x_c": -30}, "objective_coefficient": 1}]}`
	tinyGenome = `LOCUS       TINY                      60 bp    DNA     circular SYN 01-JAN-2020
FEATURES             Location/Qualifiers
     CDS             1..9
                     /locus_tag="T_1"
                     /transl_table=11
ORIGIN
        1 atgaaataaa gaattcaaat ttattttcac atgaaaaaag ggtttaaata aaagatgtga
//
`
	tinyAnnotation = "##gff-version 3\n##sequence-region T.1 1 9\nT.1\t.\tgene\t1\t9\t.\t+\t.\tID=gene-T_1;locus_tag=T_1\n" +
		"T.1\t.\tCDS\t1\t9\t.\t+\t0\tID=cds-T_1;Parent=gene-T_1;transl_table=11\n"
	tinySequence = ">T.1\nATGAAATAA\n"
)

// TestDocuments holds that the commands and programs of README.md and of the
// guides do what they are said to do: all run, and where an output is shown it is
// theirs.
func TestDocuments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var scripts []string
	all := documents(t)
	byScript := map[string]document{}
	for _, d := range all {
		name, _, _ := strings.Cut(filepath.Base(d.path), ".")
		script := filepath.Join(dir, name+".txtar")
		if err := os.WriteFile(script, []byte(scriptOf(t, d)), 0o600); err != nil {
			t.Fatal(err)
		}
		scripts, byScript[name] = append(scripts, script), d
	}
	testscript.Run(t, testscript.Params{
		Files: scripts, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			d := byScript[strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")]
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("BIOXEN_DATA_DIR", filepath.Join(env.WorkDir, "data"))
			for name, from := range d.files {
				content, err := os.ReadFile(atRoot(from))
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), content, 0o600); err != nil {
					return err
				}
			}
			for name, content := range d.fixtures {
				if _, ok := d.files[name]; ok {
					continue
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), []byte(content), 0o600); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// scriptOf has a document's commands, and then its programs.
func scriptOf(t *testing.T, d document) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("exec making data cell=syn3a bench=ecoli\n")
	commands := 0
	for _, text := range append(blocks(t, d.path, "sh"), blocks(t, d.path, "shell")...) {
		for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "bin/")
			if !strings.HasPrefix(line, "bioxen ") || starts(line, d.left) {
				continue
			}
			commands++
			b.WriteString("exec")
			for _, word := range words(t, line) {
				b.WriteString(" '" + strings.ReplaceAll(word, "'", "''") + "'")
			}
			b.WriteString("\n")
			for beginning, more := range d.after {
				if strings.HasPrefix(line, beginning) {
					b.WriteString(more)
				}
			}
		}
	}
	programs := ""
	code := append(blocks(t, d.path, "python"), blocks(t, d.path, "starlark")...)
	if d.organisms != nil && len(d.organisms) != len(code) {
		t.Fatalf("%s has %d programs, and organisms of %d are said", d.path, len(code), len(d.organisms))
	}
	for i, organism := range d.organisms {
		fmt.Fprintf(&b, "exec bioxen run %s program%d.star\nstdout .\n", organism, i)
		programs += fmt.Sprintf("-- program%d.star --\n%s", i, code[i])
	}
	if commands == 0 && programs == "" {
		t.Fatalf("%s has neither commands nor programs", d.path)
	}
	return b.String() + programs
}

func starts(line string, beginnings []string) bool {
	for _, s := range beginnings {
		if strings.HasPrefix(line, s) {
			return true
		}
	}
	return false
}

// blocks are a document's blocks of code of a language; of none for "".
func blocks(t *testing.T, document, language string) []string {
	t.Helper()
	text, err := os.ReadFile(atRoot(document))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if m[1] == language {
			all = append(all, m[2])
		}
	}
	return all
}

// lines has a script look for each line of the block that has a word.
func lines(blocks []string, word string) string {
	var b strings.Builder
	for _, text := range blocks {
		if !strings.Contains(text, word) {
			continue
		}
		for line := range strings.Lines(text) {
			b.WriteString("stdout '^" + regexp.QuoteMeta(strings.TrimSpace(line)) + "$'\n")
		}
	}
	return b.String()
}

// words splits a command line as a shell does, as far as documents go: quotes,
// and comments at the end.
func words(t *testing.T, line string) []string {
	t.Helper()
	var all []string
	for rest := strings.TrimSpace(line); rest != "" && rest[0] != '#'; rest = strings.TrimSpace(rest) {
		word := ""
		for rest != "" && rest[0] != ' ' {
			end := strings.IndexAny(rest, " '\"")
			if end < 0 {
				end = len(rest)
			}
			word, rest = word+rest[:end], rest[end:]
			if rest == "" || rest[0] == ' ' {
				break
			}
			inside, after, ok := strings.Cut(rest[1:], rest[:1])
			if !ok {
				t.Fatalf("%q: a quote without an end", line)
			}
			word, rest = word+inside, after
		}
		all = append(all, word)
	}
	return all
}
