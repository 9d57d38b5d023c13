package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// quiet plans nothing for settings that are left out, or leaves them as they
// are in the state when they say nothing there, as after an import.
type quiet struct{}

var _ planmodifier.Object = quiet{}

// Description implements [planmodifier.Object].
func (quiet) Description(context.Context) string {
	return "Settings that are left out are those of the VM's type."
}

// MarkdownDescription implements [planmodifier.Object].
func (q quiet) MarkdownDescription(ctx context.Context) string { return q.Description(ctx) }

// PlanModifyObject implements [planmodifier.Object].
func (quiet) PlanModifyObject(ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse) {
	if !req.ConfigValue.IsNull() {
		return
	}
	resp.PlanValue = types.ObjectNull(req.ConfigValue.AttributeTypes(ctx))
	if saysNothing(req.StateValue) {
		resp.PlanValue = req.StateValue
	}
}

// saysNothing reports whether all of an object's attributes are null or say
// nothing.
func saysNothing(o types.Object) bool {
	for _, v := range o.Attributes() {
		if inner, ok := v.(types.Object); !v.IsNull() && (!ok || !saysNothing(inner)) {
			return false
		}
	}
	return !o.IsUnknown()
}
