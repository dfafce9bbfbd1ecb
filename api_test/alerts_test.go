package api_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestEachAlertFiresAndDoesNot holds that promtool, which TestObservability runs,
// sees each alert of the examples fire and stay silent.
func TestEachAlertFiresAndDoesNot(t *testing.T) {
	t.Parallel()
	var rules struct {
		Groups []struct{ Rules []struct{ Alert string } }
	}
	var trials struct {
		Tests []struct {
			Alerts []struct {
				Name  string `yaml:"alertname"`
				Fires []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	for name, into := range map[string]any{"alerts.yml": &rules, "alerts_test.yml": &trials} {
		if err := yaml.Unmarshal([]byte(readFile(t, observability+name)), into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, trial := range trials.Tests {
		for _, alert := range trial.Alerts {
			if len(alert.Fires) > 0 {
				fires[alert.Name] = true
			} else {
				silent[alert.Name] = true
			}
		}
	}
	var all []string
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			all = append(all, rule.Alert)
			if !fires[rule.Alert] || !silent[rule.Alert] {
				t.Errorf("%s: that it fires is tested: %v, that it does not: %v", rule.Alert, fires[rule.Alert], silent[rule.Alert])
			}
		}
	}
	slices.Sort(all)
	if known := slices.Sorted(maps.Keys(fires)); !slices.Equal(known, all) {
		t.Errorf("the tests are of %v, the alerts %v", known, all)
	}
}
