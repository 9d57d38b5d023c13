// Command samebits shows that results are the same to the last bit on another
// kind of processor: it builds the bioxen command for this machine's and for
// the other of amd64 and arm64, lets both run the same cells, the other by way
// of QEMU, and compares what they print. The commands cover whatever computes:
// growth and knock-outs, whole cells with division and replicas, operons,
// plasmids and cultures, and reaction networks by every method, with what
// flows and every distribution.
//
// QEMU rounds as the processor does that it stands for, and a compiler that
// fuses a multiplication with an addition shows in the last bits.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "samebits:", err)
		os.Exit(1)
	}
}

// other is the architecture that this one is compared with, and the program of
// QEMU's that runs it.
func other() (arch, emulator string, err error) {
	switch runtime.GOARCH {
	case "amd64":
		return "arm64", "qemu-aarch64", nil
	case "arm64":
		return "amd64", "qemu-x86_64", nil
	}
	return "", "", fmt.Errorf("this is %s: there is nothing to compare with but on amd64 and arm64", runtime.GOARCH)
}

// pairs is birth and death, and pairs that form and part, in SBML.
const pairs = `<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="pairs">
<listOfCompartments><compartment id="cell" size="1" constant="true"/></listOfCompartments>
<listOfSpecies>
<species id="X" compartment="cell" initialAmount="100" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>
<species id="XX" compartment="cell" initialAmount="0" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>
</listOfSpecies>
<listOfReactions>
<reaction id="birth" reversible="false"><listOfProducts><speciesReference species="X" stoichiometry="1" constant="true"/></listOfProducts>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><cn>10.1</cn></math></kineticLaw></reaction>
<reaction id="death" reversible="false"><listOfReactants><speciesReference species="X" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><cn>0.1</cn><ci>X</ci></apply></math></kineticLaw></reaction>
<reaction id="pair" reversible="false"><listOfReactants><speciesReference species="X" stoichiometry="2" constant="true"/></listOfReactants>
<listOfProducts><speciesReference species="XX" stoichiometry="1" constant="true"/></listOfProducts>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><cn>0.0003</cn><ci>X</ci><apply><minus/><ci>X</ci><cn>1</cn></apply></apply></math></kineticLaw></reaction>
<reaction id="part" reversible="false"><listOfReactants><speciesReference species="XX" stoichiometry="1" constant="true"/></listOfReactants>
<listOfProducts><speciesReference species="X" stoichiometry="2" constant="true"/></listOfProducts>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><power/><apply><times/><cn>0.09</cn><ci>XX</ci></apply><cn>0.97</cn></apply></math></kineticLaw></reaction>
</listOfReactions></model></sbml>`

// files are those that the commands name.
func files() map[string]string {
	return map[string]string{
		"pairs.xml":    pairs,
		"chance.xml":   chance(),
		"minimal.json": `{"basic_functions_only": false}`,
		"ecoli.json":   `{"operon_management": true, "plasmid_support": true}`,
	}
}

// commands are what both run: those that take long come first.
func commands() [][]string {
	return [][]string{
		{"run", "syn3a", "--minutes", "130", "--seed", "3", "--record", "all"},
		{"run", "syn3a", "-e", "{'growth': minimal_metabolism_analysis(), 'knockout': knockout('JCVISYN3A_0227'), 'essential': essential_genes()}"},
		{"run", "ecoli", "-e", "{'fluxes': fba(), 'knockout': knockout('pgi'), 'flux': fva(reactions = ['PFK', 'PGI', 'CS'])}"},
		{"run", "syn3a", "--minutes", "10", "--seed", "4", "--replicas", "3", "--ribosomes", "40"},
		{"run", "minimal_cell", "--config", "minimal.json", "--minutes", "20", "--seed", "5", "--record", "all"},
		{"run", "ecoli", "--minutes", "120", "--seed", "6", "--record", "all"},
		{"run", "ecoli", "--config", "ecoli.json", "--memory-kb", "4700", "-e", "{'plasmid': plasmid('p', 'pBR322', 4361), 'operon': operon('lac', 'induce'), 'life': simulate(minutes = 60, record = ['plasmids', 'lac_mrna', 'lac_inducer'])}"},
		{"simulate", "pairs.xml", "--time", "200", "--replicas", "50", "--method", "direct"},
		{"simulate", "pairs.xml", "--time", "200", "--replicas", "50", "--method", "composition-rejection"},
		{"simulate", "pairs.xml", "--time", "200", "--replicas", "50", "--method", "next-reaction"},
		{"simulate", "pairs.xml", "--time", "200", "--replicas", "50", "--method", "tau-leaping"},
		{"simulate", "chance.xml", "--time", "50", "--replicas", "50"},
	}
}

// run builds both programs in a temporary folder, and compares.
func run(ctx context.Context, w io.Writer) (err error) {
	arch, emulator, err := other()
	if err != nil {
		return err
	}
	if emulator, err = exec.LookPath(emulator); err != nil {
		return fmt.Errorf("internal/samebits/install installs what is missing: %w", err)
	}
	dir, err := os.MkdirTemp("", "bioxen-samebits-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for name, content := range files() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	for _, a := range []string{runtime.GOARCH, arch} {
		if err := build(ctx, a, filepath.Join(dir, a)); err != nil {
			return err
		}
	}
	programs := [2][]string{{filepath.Join(dir, runtime.GOARCH)}, {emulator, filepath.Join(dir, arch)}}
	return compareAll(ctx, w, dir, programs)
}

// compareAll runs the commands with both programs, as many at a time as there are
// processors: most use one. It says of each in turn how that went, and ends at
// the first that prints other results.
func compareAll(ctx context.Context, w io.Writer, dir string, programs [2][]string) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	said := make([]chan result, len(commands()))
	for i := range said {
		said[i] = make(chan result, 1)
	}
	running.Go(func() {
		for i, args := range commands() {
			slots <- struct{}{}
			running.Go(func() {
				defer func() { <-slots }()
				if args = append(args, "--output", "json"); args[0] == "run" {
					args = append(args, "--timeout", "1h") // what is emulated is slow
				}
				line, err := compareOne(ctx, dir, programs, args)
				said[i] <- result{line, err}
			})
		}
	})
	for _, one := range said {
		r := <-one
		if r.err != nil {
			return r.err
		}
		if _, err := io.WriteString(w, r.line); err != nil {
			return err
		}
	}
	return nil
}

// A result is what there is to say of a command that ran.
type result struct {
	line string
	err  error
}

// compareOne runs a command with both programs.
func compareOne(ctx context.Context, dir string, programs [2][]string, args []string) (line string, err error) {
	began := time.Now()
	var printed [2][]byte
	for i, program := range programs {
		if printed[i], err = output(ctx, dir, slices.Concat(program, args)); err != nil {
			return "", err
		}
	}
	if err := compare(printed[0], printed[1]); err != nil {
		return "", fmt.Errorf("bioxen %s prints other results on %s than on %s: %w", strings.Join(args, " "), filepath.Base(programs[1][1]), filepath.Base(programs[0][0]), err)
	}
	return fmt.Sprintf("same %d bytes in %.1f s: bioxen %s\n", len(printed[0]), time.Since(began).Seconds(), strings.Join(args, " ")), nil
}

func build(ctx context.Context, arch, path string) error {
	c := exec.CommandContext(ctx, "go", "build", "-o", path, "github.com/bioxen/terraform-provider-bioxen/cmd/bioxen") //nolint:gosec // a path of our own folder
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("building bioxen for %s: %w\n%s", arch, err, out)
	}
	return nil
}

// output is what a command prints; its folder is dir.
func output(ctx context.Context, dir string, argv []string) ([]byte, error) {
	var stderr bytes.Buffer
	c := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // what we built, and QEMU
	c.Dir, c.Stderr = dir, &stderr
	c.Env = append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, stderr.Bytes())
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s printed nothing", strings.Join(argv, " "))
	}
	return out, nil
}

// compare names the first line that differs. How long a process took is no
// result.
func compare(here, there []byte) error {
	a, b := strings.Split(string(here), "\n"), strings.Split(string(there), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] && (!isDuration(a[i]) || !isDuration(b[i])) {
			return fmt.Errorf("line %d is %q, and was %q", i+1, b[i], a[i])
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("there are %d lines, and were %d", len(b), len(a))
	}
	return nil
}

func isDuration(line string) bool { return strings.HasPrefix(line, `  "wall_seconds": `) }
