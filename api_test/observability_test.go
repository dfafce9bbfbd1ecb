package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// dashboard is what this test reads of Grafana's form.
type dashboard struct {
	Panels []struct {
		ID          int
		Type, Title string
		Description string
		Targets     []struct{ Expr, RefID string }
		GridPos     struct{ X, Y, W, H int }
		FieldConfig json.RawMessage
	}
}

// TestObservability holds the examples for Prometheus and Grafana against real
// servers: whatever they ask for has to be there.
func TestObservability(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"prometheus", "promtool"} {
		_, missing := exec.LookPath(program)
		require(t, program, "install the package prometheus", missing)
	}
	promtool(t, "", "check", "config", "prometheus.yml")
	promtool(t, "", "test", "rules", "alerts_test.yml")
	servers := startMeasured(t)
	var targets []string
	for _, s := range servers {
		targets = append(targets, strings.TrimPrefix(s.Admin, "http://"))
		_, text, _ := s.askAdmin("/metrics", "", http.Header{})
		promtool(t, text, "check", "metrics")
	}
	p := startPrometheus(t, targets...)
	p.waitFor(t, "count(postern_build_info)", "2")
	keepBusy(t, servers)
	p.waitFor(t, "count(count_over_time(up[1m]) > 7)", "2")
	t.Run("dashboard", p.testDashboard)
	t.Run("alerts", p.testAlerts)
}

// keepBusy keeps servers a little busy until the test ends.
func keepBusy(t *testing.T, servers []*server) {
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	for _, s := range servers {
		token := s.Issuer.Token(nil)
		s.follow(t, "/announcements/changes", "")
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for n := 0; ctx.Err() == nil; n++ {
				made, _ := s.attempt(t, "POST", "/api/v1/notes", token, fmt.Sprintf(`{"title":"%d"}`, n), "Content-Type", "application/json")
				_, _ = s.attempt(t, "GET", made.Header.Get("Location"), token, "")
				_, _ = s.attempt(t, "GET", "/api/v1/notes?limit=5", token, "")
				_, _ = s.attempt(t, "GET", "/api/v1/notes", "", "")
				time.Sleep(20 * time.Millisecond)
			}
		}()
		t.Cleanup(func() { stop(); <-ended })
	}
}

// mustAnswer holds a query against the servers. All of them are there, and will
// have been asked soon, so an answer that stays without a number is a question for
// something that nobody measures.
func (p *prometheus) mustAnswer(t *testing.T, what, query string) {
	t.Helper()
	var values []string
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		var err error
		if values, err = p.query(query); err != nil {
			t.Errorf("%s: %v\n%s", what, err, query)
			return
		}
		if slices.ContainsFunc(values, func(v string) bool { return v != "NaN" }) {
			return
		}
	}
	t.Errorf("%s answers %v\n%s", what, values, query)
}

func (p *prometheus) testDashboard(t *testing.T) {
	text, err := os.ReadFile(observability + "dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	decode(t, string(text), &d)
	variables := strings.NewReplacer("$instance", ".*", "$__rate_interval", "10s")
	ids, queries := map[int]bool{}, 0
	for i, panel := range d.Panels {
		if ids[panel.ID] || panel.Title == "" {
			t.Errorf("panel %d %q has an id of another one, or no title", panel.ID, panel.Title)
		}
		ids[panel.ID] = true
		for _, other := range d.Panels[:i] {
			a, b := panel.GridPos, other.GridPos
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%q covers %q", panel.Title, other.Title)
			}
		}
		if panel.Type != "row" && (len(panel.Targets) == 0 || panel.Description == "") {
			t.Errorf("%q asks for nothing, or does not say what it shows", panel.Title)
		}
		for _, target := range panel.Targets {
			queries++
			query := variables.Replace(target.Expr)
			if strings.Contains(query, "$") {
				t.Errorf("%q has a variable that nobody sets: %s", panel.Title, query)
			}
			p.mustAnswer(t, panel.Title, query)
		}
	}
	if queries < 40 {
		t.Errorf("only %d queries", queries)
	}
}

// comparison is what an alert's expression ends in.
var comparison = regexp.MustCompile(`\s(?:==|>|<)\s[0-9.]+\s*$`)

func (p *prometheus) testAlerts(t *testing.T) {
	var data struct {
		Groups []struct {
			Rules []struct {
				Name, Query, Health, LastError string
				Annotations                    map[string]string
				Labels                         map[string]string
			}
		}
	}
	if err := p.ask("/api/v1/rules", nil, &data); err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, group := range data.Groups {
		for _, rule := range group.Rules {
			count++
			if rule.Health != "ok" || rule.Annotations["summary"] == "" || rule.Annotations["action"] == "" || rule.Labels["severity"] == "" {
				t.Errorf("%s is %s (%s), or does not say what to do: %v", rule.Name, rule.Health, rule.LastError, rule.Annotations)
			}
			measured := comparison.ReplaceAllString(rule.Query, "")
			if measured == rule.Query {
				t.Errorf("%s ends in no comparison: %s", rule.Name, rule.Query)
			}
			p.mustAnswer(t, rule.Name, measured)
			if fires, err := p.query(rule.Query); err != nil || len(fires) > 0 {
				t.Errorf("%s would wake somebody because of servers that are well: %v (%v)", rule.Name, fires, err)
			}
		}
	}
	if count < 15 {
		t.Errorf("only %d alerts", count)
	}
}
