package living

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

// metricsVersion grows with every change of what a cell of some state shows:
// answers are remembered by it.
const metricsVersion = 2

// Metrics are the figures of a living cell, from its memo if it is asked again:
// of a newborn one of the seed for a state that is nil. The error may be a
// [StateError].
func Metrics(ctx context.Context, c *cell.Cell, data []byte, seed int64) (biovm.CellMetrics, error) {
	question := fmt.Sprintf("living/%d.%d/%x/%d/%d", stateVersion, metricsVersion, sha256.Sum256(data), seed, c.Grant.RNAPolymerase)
	return cell.Recall(ctx, c, question, func() (biovm.CellMetrics, error) {
		var l Cell
		var err error
		if data == nil {
			l, err = Begin(ctx, c, seed)
		} else {
			l, err = Resume(ctx, c, data)
		}
		if err != nil {
			return biovm.CellMetrics{}, err
		}
		return l.Metrics(ctx)
	})
}
