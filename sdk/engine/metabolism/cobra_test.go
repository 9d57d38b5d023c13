//go:build !race

package metabolism_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A posed network is a file and questions to what is in it, for COBRApy.
type posed struct {
	File     string    `json:"file"`
	Check    bool      `json:"check"` // by libSBML
	Problems []problem `json:"problems"`
	// Genes to lose without adapting to it, and the fluxes to stay near to.
	Adjust []string           `json:"adjust"`
	From   map[string]float64 `json:"from"`
	Grow   float64            `json:"grow"` // on the least medium
	model  *metabolism.Model
}

type problem struct {
	Medium    map[string]float64    `json:"medium"`
	Bounds    map[string][2]float64 `json:"bounds"`
	Knockouts []string              `json:"knockouts"`
}

func (p *problem) question() metabolism.Question {
	return metabolism.Question{Medium: p.Medium, Bounds: p.Bounds, Knockouts: p.Knockouts, EraseBounds: true}
}

// peer skips a test where Debian's Python has no COBRApy, and fails it in CI,
// where the install script has run.
func peer(t *testing.T) string {
	t.Helper()
	const python = "/usr/bin/python3"
	err := exec.CommandContext(t.Context(), python, "-c", "import cobra").Run()
	switch {
	case err == nil:
	case os.Getenv("BIOXEN_CI") == "1":
		t.Fatalf("%s cannot import cobra (%v): run sdk/engine/metabolism/peers/install", python, err)
	default:
		t.Skipf("Debian's python3-cobra is not installed: COBRApy does not solve the problems too")
	}
	return python
}

// networkFiles are the embedded networks, as we write them, and all that are
// beside the repository.
func networkFiles(t *testing.T) []posed {
	t.Helper()
	var networks []posed
	for i, kind := range organism.Types() {
		m := model(t, kind)
		format, ending := modelfile.SBML, ".xml"
		if i%2 == 0 {
			format, ending = modelfile.COBRAJSON, ".json"
		}
		name := filepath.Join(t.TempDir(), string(kind)+ending)
		var text bytes.Buffer
		if err := modelfile.Write(&text, m, format, false); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		networks = append(networks, posed{File: name, Check: true, model: m})
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "data", "models", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Log("../shared/data/models is not there (it is not part of the repository): only the embedded networks are compared")
	}
	for _, name := range files {
		networks = append(networks, posed{File: name, model: readModel(t, name)})
	}
	return networks
}

func readModel(t testing.TB, name string) *metabolism.Model {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, _, err := modelfile.Read(f, filepath.Base(name))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// pose makes a problem: of three things a cell may meet, each with a chance of
// two in three: another medium, lost genes, and narrower or wider bounds of
// reactions that the wild type uses.
func pose(r *rand.Rand, m *metabolism.Model, wild *metabolism.Flux) problem {
	p := problem{Bounds: map[string][2]float64{}, Knockouts: []string{}}
	often := func() bool { return r.IntN(3) > 0 }
	if often() {
		p.Medium = map[string]float64{}
		for _, j := range m.Exchanges() {
			id := m.Reactions()[j].ID
			uptake, own := m.Medium()[id]
			switch {
			case own && r.IntN(40) > 0:
				p.Medium[id] = uptake * []float64{0.5, 1, 1, 1, 2}[r.IntN(5)]
			case !own && r.IntN(30) == 0:
				p.Medium[id] = float64(1 + r.IntN(20))
			}
		}
	}
	if often() && len(m.Genes()) > 0 {
		for range 1 + r.IntN(3) {
			p.Knockouts = append(p.Knockouts, m.Genes()[r.IntN(len(m.Genes()))])
		}
	}
	for tries := 0; often() && tries < 3; tries++ {
		j := r.IntN(len(m.Reactions()))
		for wild.Fluxes[j] == 0 {
			j = (j + 1) % len(m.Reactions())
		}
		v, factor := wild.Fluxes[j], []float64{0.3, 0.9, 1.5}[r.IntN(3)]
		p.Bounds[m.Reactions()[j].ID] = [2]float64{min(0, v*factor), max(0, v*factor)}
	}
	return p
}

// TestCOBRApy solves the same random problems as COBRApy with GLPK, of which
// the numbers are fixed by the seed, and has libSBML check what we write.
func TestCOBRApy(t *testing.T) {
	t.Parallel()
	const problems, seed = 40, 1
	python := peer(t)
	networks := networkFiles(t)
	for i := range networks {
		n := &networks[i]
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		wild := fba(t, metabolism.NewAnalyzer(n.model), metabolism.Question{})
		for range problems {
			n.Problems = append(n.Problems, pose(r, n.model, wild))
		}
		n.adjust(wild)
	}
	asked, err := json.Marshal(networks)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "cobra_answers.py"))
	var faults bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(asked), &faults
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, faults.Bytes())
	}
	var answers []struct {
		Answers []struct {
			Status    string
			Objective *float64
		}
		Faults    []string
		Distances []*float64
		Uptake    *float64
	}
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	for i, n := range networks {
		name := filepath.Base(n.File)
		a, alive := metabolism.NewAnalyzer(n.model), 0
		for _, fault := range answers[i].Faults {
			t.Errorf("%s: libSBML says: %s", name, fault)
		}
		for k, p := range n.Problems {
			f, want := fba(t, a, p.question()), answers[i].Answers[k]
			if f.Status.String() != want.Status {
				t.Errorf("%s, problem %d: got %v, COBRApy has %s\n%+v", name, k, f.Status, want.Status, p)
				continue
			}
			if f.Status != metabolism.StatusOptimal {
				continue
			}
			if want.Objective == nil || math.Abs(f.Objective-*want.Objective) > agreement*max(math.Abs(*want.Objective), 1e-3) {
				t.Errorf("%s, problem %d: got objective %.12f, COBRApy has %.12f\n%+v", name, k, f.Objective, *want.Objective, p)
			}
			if f.Objective > 1e-6 {
				alive++
			}
		}
		n.compareDistances(t, answers[i].Distances)
		n.compareUptake(t, answers[i].Uptake)
		t.Logf("%s: %d problems, %d cells alive", name, len(n.Problems), alive)
		if alive < problems/10 {
			t.Errorf("%s: only %d of %d problems leave the cell alive: the comparison says little", name, alive, problems)
		}
	}
}

// adjust asks for the distances after the loss of some genes on which a
// reaction that carries flux depends, and for a medium. COBRApy takes seconds
// for each gene of a large network: one has to do.
func (p *posed) adjust(wild *metabolism.Flux) {
	p.Grow, p.From = wild.Growth/2, map[string]float64{}
	for j, r := range p.model.Reactions() {
		p.From[r.ID] = wild.Fluxes[j]
	}
	lose := 10
	if len(p.model.Reactions()) > 1000 {
		lose = 0
		if p.Check {
			lose = 1
		}
	}
	genes := p.model.Genes()
	for i := 0; i < len(genes) && len(p.Adjust) < lose; i += 1 + len(genes)/97 {
		carries := func(j int) bool {
			alive := func(g string) bool { return g != genes[i] }
			return wild.Fluxes[j] != 0 && !p.model.Reactions()[j].Rule.Holds(alive)
		}
		if slices.ContainsFunc(p.model.GeneReactions(genes[i]), carries) {
			p.Adjust = append(p.Adjust, genes[i])
		}
	}
}

func (p *posed) compareDistances(t *testing.T, want []*float64) {
	t.Helper()
	name := filepath.Base(p.File)
	reference := make([]float64, len(p.model.Reactions()))
	for j, r := range p.model.Reactions() {
		reference[j] = p.From[r.ID]
	}
	for i, gene := range p.Adjust {
		d := moma(t, p.model, metabolism.Question{Knockouts: []string{gene}, EraseBounds: true}, reference)
		if (d.Status == metabolism.StatusOptimal) != (want[i] != nil) {
			t.Errorf("%s, MOMA without %s: got %v, COBRApy says otherwise", name, gene, d.Status)
		} else if want[i] != nil && !near(d.Distance, *want[i], agreement) {
			t.Errorf("%s, MOMA without %s: got distance %.9f, COBRApy has %.9f", name, gene, d.Distance, *want[i])
		}
	}
}

func (p *posed) compareUptake(t *testing.T, want *float64) {
	t.Helper()
	total := 0.0
	for _, uptake := range minimalMedium(t, p.model, metabolism.Question{}, p.Grow) {
		total += uptake
	}
	if want == nil || !near(total, *want, agreement) {
		t.Errorf("%s, least uptake to grow at %v: got %.9f, COBRApy has %v", filepath.Base(p.File), p.Grow, total, want)
	}
}
