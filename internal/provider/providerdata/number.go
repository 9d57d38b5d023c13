package providerdata

import (
	"context"
	"math/big"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// terraformPrecision is how many bits Terraform reads numbers with.
const terraformPrecision = 512

// Digits12 rounds to 12 significant digits, as all computed numbers in state
// are: enough for any use, and the same on every platform.
func Digits12(x float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	if err != nil {
		return x // not a finite number; there is nothing to round
	}
	return r
}

// Decimal is x as Terraform would read its shortest decimal form: 7.4, and not
// the binary fraction next to it. Else Terraform would see a difference
// between a number in a configuration and the same one read back.
//
//nolint:contextcheck,nolintlint // nothing is waited for; contextcheck itself reads the directive, so nolintlint takes it for unused
func Decimal(x float64) types.Float64 {
	f, _, err := big.ParseFloat(strconv.FormatFloat(x, 'g', -1, 64), 10, terraformPrecision, big.ToNearestEven)
	if err != nil {
		return types.Float64Value(x)
	}
	v, err := types.Float64Type.ValueFromTerraform(context.Background(), tftypes.NewValue(tftypes.Number, f))
	if d, ok := v.(types.Float64); ok && err == nil {
		return d
	}
	return types.Float64Value(x)
}

// DecimalPointer is [Decimal], or null for nil.
func DecimalPointer(x *float64) types.Float64 {
	if x == nil {
		return types.Float64Null()
	}
	return Decimal(*x)
}
