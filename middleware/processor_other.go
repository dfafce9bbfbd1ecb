//go:build !unix

package middleware

import (
	"runtime"
	"time"
)

var started = time.Now()

// processorTime takes it that this process is alone on the machine.
func processorTime() time.Duration {
	return time.Since(started) * time.Duration(runtime.GOMAXPROCS(0))
}
