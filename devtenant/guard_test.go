package devtenant_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

func TestRefusedAtTheDoorOfDev(t *testing.T) {
	h := open(t, nil)
	type header = map[string]string
	for _, tt := range []struct {
		name, method, path string
		header             header
		want               string
	}{
		{"foreign host", "GET", "/dev/state", header{"Host": "evil.example.com"}, "is not this tenant"},
		{"foreign host with our port", "GET", "/dev/state", header{"Host": "evil.example.com:" + h.port}, "is not this tenant"},
		{"host that begins like ours", "POST", "/dev/rotate", header{"Host": "localhost.example.com:" + h.port}, "is not this tenant"},
		{"our name with a dot", "POST", "/dev/rotate", header{"Host": "localhost.:" + h.port}, "is not this tenant"},
		{"another port", "POST", "/dev/rotate", header{"Host": "localhost:1"}, "is not this tenant"},
		{"no port", "POST", "/dev/rotate", header{"Host": "localhost"}, "is not this tenant"},
		{"another loopback address", "POST", "/dev/rotate", header{"Host": "127.0.0.2:" + h.port}, "is not this tenant"},
		{"rebound page of a trusted origin", "POST", "/dev/rotate", header{"Host": "evil.example.com:" + h.port, "Origin": playground}, "is not this tenant"},
		{"rebound page, same origin to itself", "POST", "/dev/rotate", header{"Host": "evil.example.com:" + h.port, "Sec-Fetch-Site": "same-origin"}, "is not this tenant"},
		{"cross-site form", "POST", "/dev/rotate", header{"Origin": "https://evil.example.com", "Sec-Fetch-Site": "cross-site", "Content-Type": asForm}, "Another site"},
		{"cross-site form with the secret", "POST", "/dev/token", header{"Origin": "https://evil.example.com", "Sec-Fetch-Site": "cross-site", "Content-Type": asForm, "Authorization": "Bearer " + secret}, "Another site"},
		{"form of an old browser", "POST", "/dev/outage?for=1h", header{"Origin": "https://evil.example.com"}, "another origin"},
		{"another app on localhost", "POST", "/dev/skew?by=1h", header{"Origin": "http://localhost:9999", "Sec-Fetch-Site": "same-site"}, "another origin"},
		{"form without an origin", "POST", "/dev/rotate", header{"Sec-Fetch-Site": "same-site"}, "another origin"},
		{"trusted host, other scheme", "POST", "/dev/rotate", header{"Origin": "https://localhost:4040", "Sec-Fetch-Site": "cross-site"}, "Another site"},
		{"origin null", "POST", "/dev/rotate", header{"Origin": "null"}, "hides its origin"},
		{"origin null reads", "GET", "/dev/state", header{"Origin": "null", "Sec-Fetch-Site": "same-site"}, "hides its origin"},
		{"origin null claims to be us", "POST", "/dev/rotate", header{"Origin": "null", "Sec-Fetch-Site": "same-origin"}, "hides its origin"},
		{"cross-site read", "GET", "/dev/state", header{"Sec-Fetch-Site": "cross-site"}, "Another site"},
		{"cross-site unknown path", "GET", "/dev/nothing", header{"Sec-Fetch-Site": "cross-site"}, "Another site"},
		{"foreign preflight", "OPTIONS", "/dev/token", header{"Origin": "https://evil.example.com", "Access-Control-Request-Method": "POST"}, "not among the trusted"},
		{"escaped path", "POST", "/%64ev/rotate", header{"Host": "evil.example.com"}, "is not this tenant"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := h.send(t, request{tt.method, tt.path, "", tt.header})
			if resp.StatusCode != http.StatusForbidden || !strings.Contains(body, tt.want) || !strings.Contains(body, `"access_denied"`) {
				t.Errorf("got %d %s\nwant 403 with %s", resp.StatusCode, body, tt.want)
			}
			if got := resp.Header.Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("a refused page may read the answer: %q", got)
			}
		})
	}
	var after state
	h.do(t, "GET", "/dev/state", &after)
	if len(after.PublishedKeys) != 1 || after.OutageSeconds != 0 || after.SkewSeconds != 0 {
		t.Errorf("a refused request had an effect: %+v", after)
	}
}

func TestLetInAtTheDoorOfDev(t *testing.T) {
	h := open(t, nil)
	type header = map[string]string
	for _, tt := range []struct {
		name, method, path string
		header             header
		status             int
		allowed            string // Access-Control-Allow-Origin
	}{
		{"curl", "GET", "/dev/state", header{"Host": "localhost:" + h.port}, 200, ""},
		{"by IPv4", "GET", "/dev/state", header{"Host": "127.0.0.1:" + h.port}, 200, ""},
		{"by IPv6", "GET", "/dev/state", header{"Host": "[::1]:" + h.port}, 200, ""},
		{"address bar", "GET", "/dev/state", header{"Sec-Fetch-Site": "none"}, 200, ""},
		{"a link from another app on localhost", "GET", "/dev/state", header{"Sec-Fetch-Site": "same-site"}, 200, ""},
		{"a page of the tenant", "POST", "/dev/skew?by=0s", header{"Host": "localhost:" + h.port, "Origin": "http://localhost:" + h.port, "Sec-Fetch-Site": "same-origin"}, 200, ""},
		{"playground reads", "GET", "/dev/state", header{"Origin": playground, "Sec-Fetch-Site": "same-site"}, 200, playground},
		{"playground acts", "POST", "/dev/skew?by=0s", header{"Origin": playground, "Sec-Fetch-Site": "same-site"}, 200, playground},
		{"playground acts across sites", "POST", "/dev/skew?by=0s", header{"Origin": playground, "Sec-Fetch-Site": "cross-site"}, 200, playground},
		{"playground sees its mistakes", "POST", "/dev/skew?by=x", header{"Origin": playground}, 400, playground},
		{"playground without secret", "POST", "/dev/token", header{"Origin": playground}, 401, playground},
		{"playground gone astray", "GET", "/dev/nothing", header{"Origin": playground}, 404, playground},
		{"another origin reads, blindly", "GET", "/dev/state", header{"Origin": "http://localhost:9999"}, 200, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := h.send(t, request{tt.method, tt.path, "", tt.header})
			if resp.StatusCode != tt.status {
				t.Errorf("got %d %s, want %d", resp.StatusCode, body, tt.status)
			}
			if got := resp.Header.Get("Access-Control-Allow-Origin"); got != tt.allowed {
				t.Errorf("got Access-Control-Allow-Origin %q, want %q", got, tt.allowed)
			}
			if resp.Header.Get("Vary") != "Origin" {
				t.Errorf("got Vary %q", resp.Header.Get("Vary"))
			}
		})
	}
}

func TestThePlaygroundsPreflightIsAnswered(t *testing.T) {
	h := open(t, nil)
	resp, body := h.send(t, request{"OPTIONS", "/dev/token", "", map[string]string{
		"Origin": playground, "Sec-Fetch-Site": "same-site",
		"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type",
	}})
	if resp.StatusCode != http.StatusNoContent || body != "" {
		t.Errorf("got %d %s, want 204", resp.StatusCode, body)
	}
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin":      playground,
		"Access-Control-Allow-Methods":     "GET, POST",
		"Access-Control-Allow-Headers":     "Authorization, Content-Type",
		"Access-Control-Allow-Credentials": "",
		"Vary":                             "Origin",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestWrongMethodsUnderDevSayWhichIsRight(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct{ method, path, allow string }{
		{"GET", "/dev/token", "POST"},
		{"GET", "/dev/rotate", "POST"},
		{"PUT", "/dev/outage", "POST"},
		{"HEAD", "/dev/skew", "POST"},
		{"OPTIONS", "/dev/skew", "POST"},
		{"POST", "/dev/state", "GET, HEAD"},
	} {
		resp, _ := h.send(t, request{method: tt.method, path: tt.path})
		if got := resp.Header.Get("Allow"); resp.StatusCode != http.StatusMethodNotAllowed || got != tt.allow {
			t.Errorf("%s %s: got %d, Allow %q; want 405, %q", tt.method, tt.path, resp.StatusCode, got, tt.allow)
		}
	}
}

// A body without a length is bounded while it is read.
func TestAnEndlessBodyIsCutOff(t *testing.T) {
	h := open(t, nil)
	body := io.LimitReader(endless{}, 1<<20)
	req, _ := http.NewRequestWithContext(t.Context(), "POST", h.url+"/dev/token", body)
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Header.Set("Content-Type", asForm)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if req.ContentLength != 0 || resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d, want 413", resp.StatusCode)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// Browsers leave port 80 out of Host.
func TestATenantOnPort80AnswersWithoutPort(t *testing.T) {
	h := open(t, func(o *devtenant.Options) { o.Issuer = "http://localhost/" })
	for host, status := range map[string]int{"localhost": 200, "[::1]": 200, "localhost:81": 403, "::1": 403} {
		resp, _ := h.send(t, request{method: "GET", path: "/dev/state", header: map[string]string{"Host": host}})
		if resp.StatusCode != status {
			t.Errorf("%s: got %d, want %d", host, resp.StatusCode, status)
		}
	}
}
