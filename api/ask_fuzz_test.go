package api

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/seal"
)

// wholeWait is a whole number from 0 to 50, as a pattern.
var wholeWait = regexp.MustCompile(`^(?:-0+|\+?0*([0-9]|[1-4][0-9]|50))$`)

// FuzzAsk reads what followers of several collections ask for: it is taken only
// within its bounds, and means what another reader of queries finds there.
func FuzzAsk(f *testing.F) {
	for _, query := range []string{"collections=notes", "collections=notes,tasks&since=a,b&wait=50&include=can", "collections=tasks,tasks", "collections=hidden", "collections=notes,&wait=51",
		"wait=1&collections=notes&wait=2", "collections=notes&wait=%2B07", "collections=notes&wait=5e1", "collections=notes&wait=-1", "collections=notes&wait=", "collections=notes&include=can&include=can", "collections=notes&filter[a]=1",
		"collections=notes&since=" + strings.Repeat(",", 20), "collections=" + strings.Repeat("notes,", 21), "collections=notes&collections=tasks", "since=a;b", "%zz", ""} {
		f.Add(query, "")
		f.Add(query, "a,b")
	}
	public, nobody := collection.Rule{Kind: collection.Public}, collection.Rule{Kind: collection.Nobody}
	declared := []*collection.Collection{{Name: "notes", Read: public}, {Name: "tasks", Read: public}, {Name: "hidden", Read: nobody}}
	sealer, err := seal.New([]byte(strings.Repeat("s", 32)))
	if err != nil {
		f.Fatal(err)
	}
	a := &API{Options: Options{Documents: documents.New(nil, declared, documents.Limits{}), Sealer: sealer, Feed: &feed.Hub{}}}
	gin.SetMode(gin.TestMode)
	f.Fuzz(func(t *testing.T, query, last string) {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequest("GET", "/api/v1/changes", nil)
		c.Request.URL.RawQuery = query
		c.Request.Header["Last-Event-Id"] = []string{last}
		k, err := a.readAsk(c, collection.Caller{}, nil)
		if err != nil {
			return
		}
		said, err := url.ParseQuery(query)
		if err != nil {
			t.Fatalf("%q is taken: %v", query, err)
		}
		for name, given := range said {
			if !slices.Contains([]string{"collections", "since", "wait", "include"}, name) || len(given) != 1 {
				t.Fatalf("%q is taken", query)
			}
		}
		names := []string{}
		for _, view := range k.views {
			names = append(names, view.Collection.Name)
		}
		if text := strings.Join(names, ","); text != said.Get("collections") || !slices.Contains([]string{"notes", "tasks", "notes,tasks", "tasks,notes"}, text) {
			t.Fatalf("%q follows %q", query, text)
		}
		mustAsk(t, said, last, k)
	})
}

// mustAsk holds what was read beside the collections against what was said.
func mustAsk(t *testing.T, said url.Values, last string, k *ask) {
	t.Helper()
	since := said.Get("since")
	if last != "" {
		since = last
	}
	if strings.Join(k.since, ",") != since || len(k.since) > 20 || last != "" && len(k.since) != 1 {
		t.Fatalf("%v and %q begin at %q", said, last, k.since)
	}
	seconds := 0
	if said.Has("wait") {
		parts := wholeWait.FindStringSubmatch(said.Get("wait"))
		if parts == nil {
			t.Fatalf("%v is taken", said)
		}
		seconds, _ = strconv.Atoi("0" + parts[1])
	}
	if k.wait != time.Duration(seconds)*time.Second || k.can != said.Has("include") || k.can && said.Get("include") != "can" {
		t.Fatalf("%v waits for %v, can: %v", said, k.wait, k.can)
	}
}
