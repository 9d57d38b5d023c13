package vm_test

import (
	"context"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// taker is a plan check that does something between plan and apply.
type taker func() error

// CheckPlan implements [plancheck.PlanCheck].
func (f taker) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = f()
}
