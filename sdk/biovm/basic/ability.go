package basic

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// StartTranscription implements [biovm.Transcriber].
func (v *VM) StartTranscription(ctx context.Context, genes []string, minutes float64) ([]biovm.Transcription, error) {
	return biovm.StartTranscription(ctx, v, genes, minutes)
}

// EColiVM is a VM whose cell is an ecoli, with the abilities that only they have.
type EColiVM struct{ *VM }

var (
	_ biovm.OperonManager = EColiVM{}
	_ biovm.PlasmidHost   = EColiVM{}
)

// able gives a VM the abilities of its type.
func able(v *VM) biovm.VM {
	if v.organism == biovm.EColi {
		return EColiVM{v}
	}
	return v
}

// ManageOperons implements [biovm.OperonManager].
func (v EColiVM) ManageOperons(ctx context.Context, ids []string, action string) ([]biovm.OperonChange, error) {
	return biovm.ManageOperons(ctx, v, ids, action)
}

// AddPlasmid implements [biovm.PlasmidHost].
func (v EColiVM) AddPlasmid(ctx context.Context, p biovm.Plasmid) (biovm.PlasmidStatus, error) {
	return biovm.AddPlasmid(ctx, v, p)
}

// Plasmids implements [biovm.PlasmidHost].
func (v EColiVM) Plasmids(ctx context.Context) ([]biovm.PlasmidStatus, error) {
	return biovm.Plasmids(ctx, v)
}

// PlasmidCount implements [biovm.PlasmidHost].
func (v EColiVM) PlasmidCount(ctx context.Context) (int, error) {
	return biovm.PlasmidCount(ctx, v)
}
