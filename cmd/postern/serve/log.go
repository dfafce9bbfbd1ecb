package serve

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/postern-dev/postern/config"
)

// Log returns the log that the settings ask for, and what ends it. Lines of
// JSON are for programs, and written many at once: a system call for each
// request is a good part of what a request costs. Warnings and errors are
// written at once, and so is everything from the moment at which ctx ends: the
// process may be ended in any way then.
func Log(ctx context.Context, settings config.Settings, to io.Writer) (log *slog.Logger, end func()) {
	options := &slog.HandlerOptions{Level: settings.LogLevel}
	if settings.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(to, options)), func() {}
	}
	lines := newHeldLines(to)
	context.AfterFunc(ctx, lines.end)
	return slog.New(jsonLog{slog.NewJSONHandler(lines, options), lines, true}), lines.end
}

// jsonLog writes lines of JSON, and warnings and errors at once, with all that was
// before them.
type jsonLog struct {
	slog.Handler // writes what no plain line can have
	lines        *heldLines
	// bare: nothing has been added to the handler.
	bare bool
}

// buffers are those in which plain lines are made.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}

// Handle implements [slog.Handler].
func (l jsonLog) Handle(ctx context.Context, r slog.Record) (err error) {
	if !l.bare || !l.plain(r) {
		err = l.Handler.Handle(ctx, r)
	}
	if r.Level >= slog.LevelWarn {
		l.lines.write()
	}
	return err
}

// plain writes the record, if it can be a plain line.
func (l jsonLog) plain(r slog.Record) bool {
	buffer := buffers.Get().(*[]byte)
	line, ok := appendPlain((*buffer)[:0], r)
	if ok {
		_, _ = l.lines.Write(line)
	}
	*buffer = line[:0]
	buffers.Put(buffer)
	return ok
}

// WithAttrs implements [slog.Handler].
func (l jsonLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return jsonLog{l.Handler.WithAttrs(attrs), l.lines, false}
}

// WithGroup implements [slog.Handler].
func (l jsonLog) WithGroup(name string) slog.Handler {
	return jsonLog{l.Handler.WithGroup(name), l.lines, false}
}

// How much is held back, in bytes, and for how long.
const (
	heldMost = 32 << 10
	heldLong = 50 * time.Millisecond
)

// heldLines holds whole lines back until there are many, or for a moment. It is
// safe for concurrent use.
type heldLines struct {
	to    io.Writer
	mu    sync.Mutex
	held  []byte
	timer *time.Timer
	ended bool
}

func newHeldLines(to io.Writer) *heldLines {
	h := &heldLines{to: to, held: make([]byte, 0, heldMost)}
	h.timer = time.AfterFunc(time.Hour, h.write)
	h.timer.Stop()
	return h
}

// Write takes one line. As no log can say that it fails, it never does.
func (h *heldLines) Write(line []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.held)+len(line) > heldMost {
		h.writeHeld()
	}
	if h.ended || len(line) > heldMost {
		_, _ = h.to.Write(line)
		return len(line), nil
	}
	if len(h.held) == 0 {
		h.timer.Reset(heldLong)
	}
	h.held = append(h.held, line...)
	return len(line), nil
}

// write writes what is held back.
func (h *heldLines) write() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.writeHeld()
}

func (h *heldLines) writeHeld() {
	if len(h.held) == 0 {
		return
	}
	h.timer.Stop()
	_, _ = h.to.Write(h.held)
	h.held = h.held[:0]
}

// end writes what is held back, and from then on every line at once.
func (h *heldLines) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	h.writeHeld()
}
