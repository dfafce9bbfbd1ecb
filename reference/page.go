package reference

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/swaggest/swgui/v5/static"
)

//go:embed page
var own embed.FS

// Config is what the page has to know.
type Config struct {
	// ClientID is a public client of the tenant, which may return to
	// /docs/return.html. Without one, the page takes tokens and gets none.
	ClientID string `json:"clientId"`
	// Issuer is the tenant's URL and Audience the API's identifier there.
	Issuer   string `json:"issuer"`
	Audience string `json:"audience"`
}

// Page is the page with all of its files.
type Page struct {
	files  map[string]file
	policy string
}

// file is one that is in memory, or a zipped one of Swagger UI, which stays in
// the program: unzipped they would be a good part of what a server holds.
type file struct {
	content []byte
	zipped  string // its name
}

// ours are the files that this package writes, theirs those of Swagger UI.
var (
	ours   = []string{"index.html", "start.js", "return.html", "return.js", "page.css"}
	theirs = []string{"swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"}
)

var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json; charset=utf-8", ".png": "image/png",
}

// New reads the files.
func New(config Config) (*Page, error) {
	p := &Page{files: map[string]file{}, policy: config.policy()}
	for _, name := range ours {
		content, err := own.ReadFile("page/" + name)
		if err != nil {
			return nil, fmt.Errorf("read the reference page: %w", err)
		}
		p.files[name] = file{content: content}
	}
	for _, name := range theirs {
		f, err := find(name)
		if err != nil {
			return nil, fmt.Errorf("read Swagger UI: %w", err)
		}
		p.files[name] = f
	}
	document, err := json.Marshal(config)
	p.files["config.json"] = file{content: document}
	return p, err
}

// find finds a file of Swagger UI, zipped or not.
func find(name string) (f file, err error) {
	if f.content, err = static.FS.ReadFile(name); err == nil {
		return f, nil
	}
	f.zipped = name + ".gz"
	_, err = fs.Stat(static.FS, f.zipped)
	return f, err
}

// policy lets the page load its own files and talk to the API and the tenant.
// Swagger UI writes styles into its elements, and shows pictures of its own as
// data.
func (c Config) policy() string {
	connect := "'self'"
	if issuer, err := url.Parse(c.Issuer); err == nil && c.ClientID != "" {
		connect += " " + issuer.Scheme + "://" + issuer.Host
	}
	return "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src " +
		connect + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// Serve answers with the file of that name and tells whether there is one; the
// empty name is the page.
func (p *Page) Serve(w http.ResponseWriter, r *http.Request, name string) bool {
	if name == "" {
		name = "index.html"
	}
	f, known := p.files[name]
	if !known {
		return false
	}
	header := w.Header()
	header.Set("Content-Type", mediaTypes[path.Ext(name)])
	header.Set("Content-Security-Policy", p.policy)
	zipped := false
	if f.zipped != "" {
		header.Set("Cache-Control", "public, max-age=3600")
		header.Add("Vary", "Accept-Encoding")
		if zipped = strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"); zipped {
			header.Set("Content-Encoding", "gzip")
		}
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_ = f.write(w, zipped) // the client has gone, if anything
	}
	return true
}

// write writes the content, zipped where both have it so.
func (f file) write(w io.Writer, zipped bool) error {
	if f.zipped == "" {
		_, err := w.Write(f.content)
		return err
	}
	stored, err := static.FS.Open(f.zipped)
	if err != nil {
		return err
	}
	defer func() { _ = stored.Close() }() // it is part of the program
	content := io.Reader(stored)
	if !zipped {
		if content, err = gzip.NewReader(stored); err != nil {
			return err
		}
	}
	_, err = io.Copy(w, content)
	return err
}
