package providerdata

import (
	"context"
	"log/slog"
	"slices"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// LogHandler hands the engine's log to Terraform's, which TF_LOG_PROVIDER
// shows. Messages go to the call whose context they come with.
type LogHandler struct{ attrs []slog.Attr }

var _ slog.Handler = LogHandler{}

// Logger hands what it is given to Terraform's log.
func Logger() *slog.Logger { return slog.New(LogHandler{}) }

// Enabled implements [slog.Handler]: Terraform filters.
func (h LogHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements [slog.Handler].
func (h LogHandler) Handle(ctx context.Context, r slog.Record) error {
	fields := map[string]any{}
	for _, a := range h.attrs {
		fields[a.Key] = a.Value.Any()
	}
	r.Attrs(func(a slog.Attr) bool {
		fields[a.Key] = a.Value.Any()
		return true
	})
	log := tflog.Debug
	switch {
	case r.Level >= slog.LevelError:
		log = tflog.Error
	case r.Level >= slog.LevelWarn:
		log = tflog.Warn
	case r.Level >= slog.LevelInfo:
		log = tflog.Info
	}
	log(ctx, r.Message, fields)
	return nil
}

// WithAttrs implements [slog.Handler].
func (h LogHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return LogHandler{attrs: append(slices.Clip(h.attrs), attrs...)}
}

// WithGroup implements [slog.Handler]; groups make no difference here.
func (h LogHandler) WithGroup(string) slog.Handler { return h }
