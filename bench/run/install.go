package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// install builds the peers in Go and, unless that was done before, gets what the
// others need from their registries. What cannot be had is skipped later, when
// the peer does not start.
func (b *bench) install(ctx context.Context, registries bool) error {
	out := filepath.Join(b.folder, "peers")
	if err := os.MkdirAll(out, 0o700); err != nil {
		return err
	}
	commands := [][]string{{"go", "build", "-C", "bench/peers", "-o", out, "./bare"}}
	if b.peersToo {
		commands = append(commands, []string{"go", "build", "-C", "bench/peers", "-o", out, "./..."})
	}
	if b.peersToo && registries {
		commands = append(commands, []string{"bash", "bench/peers/packages.sh"},
			[]string{"npm", "ci", "--prefix", "bench/peers/node", "--no-audit", "--no-fund", "--loglevel=error"})
	}
	say("installing and building")
	for _, c := range commands {
		if said, err := exec.CommandContext(ctx, c[0], c[1:]...).CombinedOutput(); err != nil {
			say("%s: %v\n%s", strings.Join(c, " "), err, said)
		}
	}
	return ctx.Err()
}

// machine says on what it was measured.
func machine() string {
	name := "an unknown processor"
	raw, _ := os.ReadFile("/proc/cpuinfo") // without it, the processor is unknown
	for line := range strings.Lines(string(raw)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == "model name" {
			name = strings.TrimSpace(value)
			break
		}
	}
	return fmt.Sprintf("%d × %s, %s", runtime.NumCPU(), name, runtime.Version())
}
