package devtenant

import (
	"fmt"
	"html"
	"net/http"
	"strings"
)

// page is what a person sees. It is composed by hand, every foreign text
// through [html.EscapeString]: html/template would keep the linker from
// dropping unused methods, which costs megabytes.
type page struct {
	title  string
	body   string // HTML
	script string // empty for most
}

// writePage sends a page that loads nothing and runs nothing but its own
// script. There is no form-action in the policy: browsers apply it to where a
// form's answer redirects, which is the app. There is no opener policy either:
// it would cut a popup from the app that waits for it.
func writePage(w http.ResponseWriter, status int, p page) {
	nonce := random(familyIDSize)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // with no-referrer a form's Origin is null
	policy := "default-src 'none'; base-uri 'none'; style-src 'nonce-" + nonce + "'"
	script := ""
	if p.script != "" {
		policy += "; script-src 'nonce-" + nonce + "'"
		script = `<script nonce="` + nonce + `">` + p.script + "</script>\n"
	}
	h.Set("Content-Security-Policy", policy)
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, pageFrame, html.EscapeString(p.title), nonce, stylesheet, p.body, script)
}

// pageFrame takes title, nonce, styles, body and script.
const pageFrame = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%s · Development tenant</title>
<style nonce="%s">%s</style>
</head>
<body>
<main>
<p class="brand"><svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0b5d4e" /><path d="M8.5 26V14.5a7.5 7.5 0 0 1 15 0V26z" fill="#f5f3ee" /><path d="M12 26V14.8a4 4 0 0 1 8 0V26z" fill="#0b5d4e" /><circle cx="17.6" cy="19.4" r="1.1" fill="#f0c36b" /></svg> Postern <span>development tenant</span></p>
%s
</main>
%s</body>
</html>
`

// mismatch is a refusal of an address, with those that would be right.
type mismatch struct {
	error
	allowed []string
}

func (m *mismatch) Unwrap() error { return m.error }

// writeErrorPage shows what may not be sent to the app.
func writeErrorPage(w http.ResponseWriter, why *refusal, allowed []string) {
	var b strings.Builder
	b.WriteString("<h1>This went wrong</h1>\n")
	fmt.Fprintf(&b, "<p class=\"what\">%s</p>\n", html.EscapeString(why.Description))
	if len(allowed) > 0 {
		b.WriteString("<p>These are allowed, to the letter:</p>\n<ul class=\"allowed\">\n")
		for _, address := range allowed {
			fmt.Fprintf(&b, "<li><code>%s</code></li>\n", html.EscapeString(address))
		}
		b.WriteString("</ul>\n")
	}
	fmt.Fprintf(&b, "<p class=\"note\">Error <code>%s</code>. It is shown here and not told to the app, since the app is not known or the request cannot be trusted.</p>", html.EscapeString(why.Code))
	writePage(w, why.status, page{title: "Error", body: b.String()})
}

// writeOK is a page for the end of a way that leads nowhere else.
func writeOK(w http.ResponseWriter, title, text string) {
	writePage(w, http.StatusOK, page{title: title, body: "<h1>" + html.EscapeString(title) + "</h1>\n<p>" + html.EscapeString(text) + "</p>"})
}
