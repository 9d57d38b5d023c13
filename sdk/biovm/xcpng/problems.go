package xcpng

import (
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// problems gathers what is wrong with a spec's machine.
type problems []error

func (p *problems) add(field string, value any, reason string) {
	*p = append(*p, &biovm.FieldError{Path: "xcpng." + field, Value: value, Reason: reason})
}

func (p *problems) join() error { return errors.Join(*p...) }
