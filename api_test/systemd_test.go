package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var exposure = regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+) `)

// TestSystemdUnit has systemd itself judge the example.
func TestSystemdUnit(t *testing.T) {
	t.Parallel()
	_, missing := exec.LookPath("systemd-analyze")
	require(t, "systemd-analyze", "install the package systemd", missing)
	text, err := os.ReadFile(deployment + "postern.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "postern.service")
	here := strings.ReplaceAll(string(text), "/usr/local/bin/postern", build(t, "nodev").path)
	if err := os.WriteFile(unit, []byte(here), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("systemd-analyze", "verify", "--man=no", unit).CombinedOutput(); err != nil || strings.Contains(string(said), "postern.service") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, said)
	}
	said, err := exec.Command("systemd-analyze", "security", "--offline=true", "--no-pager", unit).CombinedOutput()
	level := exposure.FindSubmatch(said)
	if err != nil || level == nil {
		t.Fatalf("systemd-analyze security: %v\n%s", err, said)
	}
	if exposed, _ := strconv.ParseFloat(string(level[1]), 64); exposed > 1.5 {
		t.Errorf("the unit is exposed %v of 10:\n%s", exposed, said)
	}
}
