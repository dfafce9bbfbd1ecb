package api_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestFollowingFromAPage has Node try what pages follow changes with: each cut
// of a stream, and each way in which a line ends.
func TestFollowingFromAPage(t *testing.T) {
	t.Parallel()
	node, missing := exec.LookPath("node")
	require(t, "Node.js", "apt install nodejs", missing)
	// Browsers know by the page that these are modules, Node by the folder.
	page := filepath.Join(t.TempDir(), "page")
	if err := os.CopyFS(page, os.DirFS("../playground/page")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(page, "package.json"), []byte(`{"type":"module"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, script := range []string{"eventstream.test.mjs", "follow.test.mjs"} {
		t.Run(script, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			command := exec.CommandContext(ctx, node, "--test", script)
			command.Dir = "browser"
			command.Env = append(os.Environ(), "PAGE="+page)
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}
