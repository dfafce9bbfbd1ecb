package api

import (
	"net/http"
	"slices"
	"testing"
)

// TestEntityTagsThatProxiesChanged reads tags as they come back. A birth is
// four letters of chance, which may be those of a suffix.
func TestEntityTagsThatProxiesChanged(t *testing.T) {
	for _, tt := range []struct{ sent, want string }{
		{`"7-k3f9"`, "7-k3f9"},
		{`W/"7-k3f9"`, "7-k3f9"},
		{`"7-k3f9-gzip"`, "7-k3f9"},
		{`"7-k3f9--gzip"`, "7-k3f9"},
		{`W/"7-k3f9;br"`, "7-k3f9"},
		{`"7-k3f9:zstd"`, "7-k3f9"},
		{`"7-k3f9deflate"`, "7-k3f9"},
		{`"6-k3f9", "7-k3f9"`, "7-k3f9"},
		{`"7-k3br"`, "7-k3br"},
		{`"7-k3br-br"`, "7-k3br"},
		{`"7-gzip"`, "7-gzip"},
		{`"7-gzip-gzip"`, "7-gzip"},
		{`"7-zstd"`, "7-zstd"},
	} {
		any, tags, err := entityTags(http.Header{"If-Match": {tt.sent}}, "If-Match")
		if any || err != nil || !slices.Contains(tags, tt.want) {
			t.Errorf("%s: %v %q %v, want %s", tt.sent, any, tags, err, tt.want)
		}
	}
}
