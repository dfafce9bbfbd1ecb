package admin

import (
	"fmt"
	"net/http"
	"runtime/pprof"
	"strconv"
	"time"
)

// maxProfile is how long the processor's work may be watched, defaultProfile
// how long it is where nobody says.
const (
	maxProfile     = time.Minute
	defaultProfile = 10 * time.Second
)

// profile writes a profile of this process, as `go tool pprof` reads it. The
// standard library's own handlers also tell the command line, in which
// operators put passwords.
func profile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if name == "profile" {
		profileProcessor(w, r)
		return
	}
	found := pprof.Lookup(name)
	if found == nil {
		http.Error(w, "No profile has this name. There are profile, heap, allocs, goroutine, threadcreate, block and mutex.", http.StatusNotFound)
		return
	}
	format := 0
	if r.FormValue("debug") == "1" {
		format = 1
	}
	w.Header().Set("Content-Type", contentType(format))
	_ = found.WriteTo(w, format) // who asked has left
}

func contentType(format int) string {
	if format == 0 {
		return "application/octet-stream"
	}
	return "text/plain; charset=utf-8"
}

// profileProcessor watches what the processor does for some seconds.
func profileProcessor(w http.ResponseWriter, r *http.Request) {
	pause, ok := profileTime(r)
	if !ok {
		http.Error(w, fmt.Sprintf("seconds is 1 to %d.", int(maxProfile.Seconds())), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", contentType(0))
	if err := pprof.StartCPUProfile(w); err != nil {
		w.Header().Set("Content-Type", contentType(1))
		http.Error(w, "Somebody else takes a profile at the moment.", http.StatusConflict)
		return
	}
	defer pprof.StopCPUProfile()
	select {
	case <-time.After(pause):
	case <-r.Context().Done():
	}
}

// profileTime reads for how long; it is not ok where that is no time, or too long.
func profileTime(r *http.Request) (pause time.Duration, ok bool) {
	text := r.FormValue("seconds")
	if text == "" {
		return defaultProfile, true
	}
	seconds, err := strconv.ParseUint(text, 10, 31)
	pause = time.Duration(seconds) * time.Second
	return pause, err == nil && pause > 0 && pause <= maxProfile
}
