package api

import (
	"net/url"
	"testing"
)

func TestAnAddressWithAnotherCursor(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                                "?cursor=a-b_c",
		"cursor=old":                      "?cursor=a-b_c",
		"limit=5&cursor=old&sort=-due":    "?limit=5&sort=-due&cursor=a-b_c",
		"%63ursor=old&limit=5":            "?limit=5&cursor=a-b_c",
		"limit=5&&":                       "?limit=5&cursor=a-b_c",
		"filter[project]=a+b%20c":         "?filter%5Bproject%5D=a+b%20c&cursor=a-b_c",
		`filter%5Bx%5D=a>;rel="self",<b\`: `?filter%5Bx%5D=a%3E;rel=%22self%22,%3Cb%5C&cursor=a-b_c`,
		"filter[x]=é":                     "?filter%5Bx%5D=%C3%A9&cursor=a-b_c",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			got := withCursor(&url.URL{Path: "/api/v1/notes", RawQuery: query}, "a-b_c")
			if got != "/api/v1/notes"+want {
				t.Fatalf("got %s", got)
			}
			if _, err := url.ParseRequestURI(got); err != nil {
				t.Error(err)
			}
		})
	}
}
