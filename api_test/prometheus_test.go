package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const observability = "../examples/observability/"

// prometheus is a real one, which scrapes servers of this test.
type prometheus struct{ url string }

// promtool runs Prometheus' own tool, and returns what it printed.
func promtool(t *testing.T, stdin string, args ...string) {
	t.Helper()
	command := exec.Command("promtool", args...)
	command.Dir, command.Stdin = observability, strings.NewReader(stdin)
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

// startPrometheus runs one with the configuration of the example, but for its
// targets and its pace, until the test ends.
func startPrometheus(t *testing.T, targets ...string) *prometheus {
	t.Helper()
	folder, address := t.TempDir(), freeAddress(t)
	for _, name := range []string{"prometheus.yml", "alerts.yml"} {
		text, err := os.ReadFile(observability + name)
		if err != nil {
			t.Fatal(err)
		}
		here := strings.NewReplacer("15s", "500ms", `"127.0.0.1:6062"`, `"`+strings.Join(targets, `", "`)+`"`)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(here.Replace(string(text))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, "prometheus", "--config.file="+filepath.Join(folder, "prometheus.yml"),
		"--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+address, "--log.level=warn")
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
		if t.Failed() {
			t.Logf("prometheus said: %s", &said)
		}
	})
	return &prometheus{"http://" + address}
}

// ask answers an API call of Prometheus; what is its data.
func (p *prometheus) ask(path string, query url.Values, data any) error {
	response, err := client.Get(p.url + path + "?" + query.Encode())
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	var told struct {
		Error string
		Data  json.RawMessage
	}
	if err := json.NewDecoder(response.Body).Decode(&told); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return &unanswered{response.StatusCode, told.Error}
	}
	return json.Unmarshal(told.Data, data)
}

// unanswered is what Prometheus says of a bad query.
type unanswered struct {
	status int
	why    string
}

func (u *unanswered) Error() string { return http.StatusText(u.status) + ": " + u.why }

// query returns the values of an instant query, one a series.
func (p *prometheus) query(query string) (values []string, err error) {
	var data struct {
		Result []struct{ Value [2]any }
	}
	err = p.ask("/api/v1/query", url.Values{"query": {query}}, &data)
	for _, series := range data.Result {
		value, _ := series.Value[1].(string)
		values = append(values, value)
	}
	return values, err
}

// waitFor waits until the query says this.
func (p *prometheus) waitFor(t *testing.T, query, want string) {
	t.Helper()
	var got []string
	var err error
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if got, err = p.query(query); len(got) == 1 && got[0] == want {
			return
		}
	}
	t.Fatalf("%s is %v (%v), not %s", query, got, err, want)
}
