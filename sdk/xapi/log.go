package xapi

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"
)

// logCaller tells a logger of every call: its method, how long it took, how
// it ended; never its parameters, which may hold secrets.
type logCaller struct {
	next   caller
	logger *slog.Logger
}

func (l *logCaller) call(ctx context.Context, r *request) (json.RawMessage, error) {
	start := time.Now()
	raw, err := l.next.call(ctx, r)
	attrs := []slog.Attr{slog.String("method", r.method), slog.Duration("took", time.Since(start)), slog.Int("bytes", len(raw))}
	if err != nil {
		attrs = append(attrs, slog.String("error", r.redact(err.Error())))
	}
	l.logger.LogAttrs(ctx, slog.LevelDebug, "xapi call", attrs...)
	return raw, err
}
