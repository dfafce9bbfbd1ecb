package inspector

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// ServeHTTP tells an onlooker what was seen, and goes on with what is
// (text/event-stream). Who may look is for its caller to say.
func (i *Inspector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // where the listener has a limit
	w.Header().Set("Content-Type", "text/event-stream")
	seen, coming := i.watchAll()
	defer i.leave(coming)
	for _, s := range seen {
		write(w, s)
	}
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	for control.Flush() == nil {
		select {
		case s, more := <-coming:
			if !more {
				return
			}
			write(w, s)
		case <-beat.C:
			_, _ = fmt.Fprint(w, ": still here\n\n")
		case <-r.Context().Done():
			return
		}
	}
}

func write(w http.ResponseWriter, s Seen) {
	if text, err := json.Marshal(s); err == nil {
		_, _ = fmt.Fprintf(w, "id: %d\ndata: %s\n\n", s.Number, text)
	}
}
