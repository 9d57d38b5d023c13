package organism_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// The first gene of CP016816.2, dnaA, counted by hand tools in the sequence:
// ATG GAC CTA ... TAA, bases 1 to 1353.
func TestTranscriptOfDnaA(t *testing.T) {
	t.Parallel()
	for _, kind := range []biovm.BiologicalType{biovm.Syn3A, biovm.MinimalCell} {
		x, ok := cell(t, kind).Transcript("JCVISYN3A_0001")
		if want := [4]int{593, 124, 191, 445}; !ok || x.Bases != want || x.First != "AU" || x.Residues() != 450 || x.Length() != 1353 || x.Promoter != 148 {
			t.Errorf("%s: Transcript(0001) = %+v, %v, want bases %v, first AU, 450 residues, promoter 148", kind, x, ok, want)
		}
	}
}

func TestTranscriptsAddUp(t *testing.T) {
	t.Parallel()
	o := cell(t, biovm.Syn3A)
	roles := map[string]int{}
	residues := 0.0
	for _, g := range o.Genes() {
		x, ok := o.Transcript(g.Locus)
		if !ok || x.Length() != g.Length() || (x.Residues() > 0) != (g.Type == "CDS") {
			t.Errorf("%s (%s): %d bases and %d residues (%v), want %d bases, and residues for a CDS only", g.Locus, g.Type, x.Length(), x.Residues(), ok, g.Length())
		}
		roles[x.Role]++
		residues += max(0, g.ProteinCount) * float64(x.Residues())
	}
	if want := o.Constants().AminoAcidsPerCell; residues != want {
		t.Errorf("the proteins of a cell have %v amino acids, want %v", residues, want)
	}
	if roles[organism.RoleRibosomal] != 52 || roles[organism.RolePolymerase] != 4 || roles[organism.RoleMembrane] != 101 {
		t.Errorf("roles %v, want 52 ribosomal, 4 polymerase, 101 membrane", roles)
	}
}

// Classes by name and sequence against the lists of the published model: all of
// its ribosomal proteins, and of its 93 membrane proteins the 73 that have a
// segment in the membrane; it counts the soluble subunits of transporters and of
// the ATP synthase as well.
func TestRolesAgainstPublishedLists(t *testing.T) {
	t.Parallel()
	o := cell(t, biovm.Syn3A)
	for _, tt := range []struct {
		file, role string
		agree, of  int
	}{
		{"ribo_protein_metabolites.csv", organism.RoleRibosomal, 48, 48},
		{"RNApol_proteins.csv", organism.RolePolymerase, 4, 4},
		{"membrane_protein_metabolites.csv", organism.RoleMembrane, 73, 93},
	} {
		content, err := os.ReadFile(filepath.Join("../../../../shared/data/syn3a", tt.file))
		if err != nil {
			t.Skip("the published lists (../shared/data/syn3a) are not there")
		}
		var loci []string
		for line := range strings.Lines(string(content)) {
			if f := strings.Split(strings.TrimSpace(line), ","); strings.HasPrefix(f[1], "MMSYN1_") {
				loci = append(loci, strings.Replace(f[1], "MMSYN1_", "JCVISYN3A_", 1))
			}
		}
		slices.Sort(loci)
		loci = slices.Compact(loci)
		agree := 0
		for _, locus := range loci {
			if x, _ := o.Transcript(locus); x.Role == tt.role {
				agree++
			}
		}
		if agree != tt.agree || len(loci) != tt.of {
			t.Errorf("%s: %d of %d genes are %s, want %d of %d", tt.file, agree, len(loci), tt.role, tt.agree, tt.of)
		}
	}
}

func TestEColiHasNoTranscripts(t *testing.T) {
	t.Parallel()
	o := cell(t, biovm.EColi)
	if x, ok := o.Transcript("b0001"); ok || o.HasTranscripts() {
		t.Errorf("Transcript(b0001) = %+v, %v; HasTranscripts() = %v; want none: no table of it was made", x, ok, o.HasTranscripts())
	}
}
