package daemon

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// problem is an error of the engine on the wire; nil stays nil.
func problem(err error) error {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*remote.Problem](err); ok {
		return p
	}
	if errors.Is(err, engine.ErrClosed) {
		err = errors.Join(remote.ErrUnavailable, err)
	}
	return remote.NewProblem(err)
}

// refuse answers a call that the engine never sees.
func (d *Daemon) refuse(w http.ResponseWriter, status int, detail string) {
	refuse(w, &remote.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail})
}

func refuse(w http.ResponseWriter, p *remote.Problem) {
	w.Header().Set("Content-Type", remote.ProblemType)
	w.WriteHeader(p.Status)
	// A client that is gone needs no answer.
	_ = json.NewEncoder(w).Encode(p)
}
