package xcpng

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// StartTranscription implements [biovm.Transcriber].
func (v *VM) StartTranscription(ctx context.Context, genes []string, minutes float64) ([]biovm.Transcription, error) {
	return biovm.StartTranscription(ctx, v, genes, minutes)
}

// EColiVM is a VM whose cell is an ecoli, with the abilities that only they have.
type EColiVM struct {
	*VM
	biovm.EColiAbilities
}

// able gives a VM the abilities of its type.
func able(v *VM) biovm.VM {
	if v.organism == biovm.EColi {
		return EColiVM{v, biovm.NewEColiAbilities(v)}
	}
	return v
}
