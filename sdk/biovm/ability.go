package biovm

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
)

// A Transcriber is a VM whose cell can be watched while it transcribes.
type Transcriber interface {
	// StartTranscription has the cell live for so many simulated minutes and
	// tells what it made of genes, by any of their names, meanwhile. The VM must
	// be running and its settings must allow transcribe().
	StartTranscription(ctx context.Context, genes []string, minutes float64) ([]Transcription, error)
}

// A Transcription is what became of a gene in a simulated time.
type Transcription struct {
	// Gene is the name as it was asked for.
	Gene string `json:"gene"`
	// MRNA and Protein are copies in the cell.
	MRNA    Passage `json:"mrna"`
	Protein Passage `json:"protein"`
}

// A Passage is a figure before and after a simulated time.
type Passage struct {
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// An OperonManager is a VM whose operons can be managed: an ecoli cell.
type OperonManager interface {
	// ManageOperons does something to operons, by ID or name, which the cell
	// keeps: "induce", "repress", "release" or "knock_out". All is done or
	// nothing. Its growth rate and analyses are from then on those of a cell with
	// the operons so. The VM must be running with operon_management.
	ManageOperons(ctx context.Context, ids []string, action string) ([]OperonChange, error)
}

// An OperonChange is what was done to an operon.
type OperonChange struct {
	Operon string   `json:"operon"`
	Genes  []string `json:"genes"` // symbols
	// Before and After are regulated, induced, repressed or lost.
	Before string `json:"before"`
	After  string `json:"after"`
	// Transcription is the promoter's rate over that of an open one; nil where
	// the cell's regulators decide.
	Transcription *float64 `json:"transcription"`
	// Protein is the share of the cell's protein that the operon makes when open.
	Protein float64 `json:"protein"`
}

// A PlasmidHost is a VM that takes plasmids: an ecoli cell.
type PlasmidHost interface {
	// AddPlasmid puts one copy of a plasmid into the cell. It must fit the
	// genome space that the VM was granted. The VM must be running with
	// plasmid_support.
	AddPlasmid(ctx context.Context, p Plasmid) (PlasmidStatus, error)
	// Plasmids lists those that the cell was given, with their copies; one that
	// was lost has none.
	Plasmids(ctx context.Context) ([]PlasmidStatus, error)
	// PlasmidCount is how many copies of plasmids there are in all.
	PlasmidCount(ctx context.Context) (int, error)
}

// A Plasmid is DNA that replicates beside the chromosome.
type Plasmid struct {
	Name string `json:"name"`
	// Origin is how its copy number is controlled: ColE1, pBR322 (also when it is
	// empty), p15A or pUC.
	Origin string `json:"origin"`
	// BasePairs is its size; 0 is that of the origin's namesake.
	BasePairs int `json:"bp"`
}

// A PlasmidStatus is a plasmid as the cell has it.
type PlasmidStatus struct {
	Plasmid

	Copies int `json:"copies"`
	// Burden is the share of growth that it costs.
	Burden float64 `json:"burden"`
}

// StartTranscription is [Transcriber] for a VM of any driver, by its Execute.
func StartTranscription(ctx context.Context, vm VM, genes []string, minutes float64) ([]Transcription, error) {
	return ask[[]Transcription](ctx, vm, "transcribe(%s, minutes=%s)", genes, json.Number(strconv.FormatFloat(minutes, 'g', -1, 64)))
}

// EColiAbilities are the abilities that only ecoli cells have, of a VM of any
// driver, by its Execute. A driver embeds them beside its VM;
// [NewEColiAbilities] makes them.
type EColiAbilities struct{ vm VM }

var (
	_ OperonManager = EColiAbilities{}
	_ PlasmidHost   = EColiAbilities{}
)

// NewEColiAbilities gives the abilities of a VM.
func NewEColiAbilities(vm VM) EColiAbilities { return EColiAbilities{vm} }

// ManageOperons implements [OperonManager].
func (a EColiAbilities) ManageOperons(ctx context.Context, ids []string, action string) ([]OperonChange, error) {
	return ask[[]OperonChange](ctx, a.vm, "operon(%s, %s)", ids, action)
}

// AddPlasmid implements [PlasmidHost].
func (a EColiAbilities) AddPlasmid(ctx context.Context, p Plasmid) (PlasmidStatus, error) {
	if p.BasePairs == 0 {
		return ask[PlasmidStatus](ctx, a.vm, "plasmid(%s, origin=%s)", p.Name, p.Origin)
	}
	return ask[PlasmidStatus](ctx, a.vm, "plasmid(%s, origin=%s, bp=%s)", p.Name, p.Origin, p.BasePairs)
}

// Plasmids implements [PlasmidHost].
func (a EColiAbilities) Plasmids(ctx context.Context) ([]PlasmidStatus, error) {
	return ask[[]PlasmidStatus](ctx, a.vm, "plasmid()")
}

// PlasmidCount implements [PlasmidHost].
func (a EColiAbilities) PlasmidCount(ctx context.Context) (int, error) {
	plasmids, err := a.Plasmids(ctx)
	n := 0
	for _, p := range plasmids {
		n += p.Copies
	}
	return n, err
}

// ask executes a call with values written into it and reads its result. JSON's
// strings, numbers and lists are the process language's too.
func ask[T any](ctx context.Context, vm VM, call string, values ...any) (T, error) {
	var answer T
	literals := make([]any, len(values))
	for i, v := range values {
		literal, err := json.Marshal(v)
		if err != nil {
			return answer, &FieldError{Path: "arguments", Value: v, Reason: "cannot be written down: " + err.Error()}
		}
		if literals[i] = string(literal); string(literal) == "null" {
			literals[i] = "[]" // a list of nothing, as nil is in Go
		}
	}
	result, err := vm.Execute(ctx, Process{Code: fmt.Sprintf(call, literals...)})
	if err != nil {
		return answer, err
	}
	if err := json.Unmarshal(result.Value, &answer); err != nil {
		return answer, &OpError{Op: "read the answer of", VM: vm.ID(), Err: err}
	}
	return answer, nil
}
