package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// problem is an error of the engine on the wire; nil stays nil. A call that the
// daemon cut off is not one that its caller gave up.
func problem(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*remote.Problem](err); ok {
		return p
	}
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, remote.ErrUnavailable):
		err = fmt.Errorf("%w: it stops, and cut the call off", remote.ErrUnavailable)
	case errors.Is(err, engine.ErrClosed):
		err = fmt.Errorf("%w: %w", remote.ErrUnavailable, err)
	}
	return remote.NewProblem(err)
}

// refuse answers a call that the engine never sees.
func refuse(w http.ResponseWriter, status int, detail string) {
	answer(w, &remote.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail})
}

func answer(w http.ResponseWriter, p *remote.Problem) {
	w.Header().Set("Content-Type", remote.ProblemType)
	w.WriteHeader(p.Status)
	// A client that is gone needs no answer.
	_ = json.NewEncoder(w).Encode(p)
}
