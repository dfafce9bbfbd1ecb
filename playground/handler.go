package playground

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed page
var page embed.FS

// index is the one document; the tenant sends its users back to callbackPath,
// where the same document waits for them.
const (
	index        = "/index.html"
	callbackPath = "/callback"
)

// mediaTypes are set here and not asked of the machine, whose own table can
// make a module text/plain, which browsers then refuse to run.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".json": "application/json; charset=utf-8",
}

// file is one answer of the playground.
type file struct {
	mediaType string
	content   []byte
}

// Handler serves the playground. It belongs at the root of a listener of its
// own on this machine, since being another origin than the API is what it is
// there to show.
func Handler(config Config) (http.Handler, error) {
	if err := config.check(); err != nil {
		return nil, fmt.Errorf("playground: %w", err)
	}
	files, err := load()
	if err != nil {
		return nil, fmt.Errorf("playground: read the page: %w", err)
	}
	document, err := config.document()
	if err != nil {
		return nil, fmt.Errorf("playground: write the configuration: %w", err)
	}
	files["/config.json"] = file{mediaTypes[".json"], document}
	files["/"], files[callbackPath] = files[index], files[index]
	return atHome(config.Origin, withInspect(config, withExplain(config, serve(files, policy(config))))), nil
}

// load reads the embedded files by the path of their URL.
func load() (map[string]file, error) {
	files := map[string]file{}
	err := fs.WalkDir(page, "page", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		mediaType, ok := mediaTypes[path.Ext(name)]
		if !ok {
			return fmt.Errorf("%s has no media type", name)
		}
		content, err := page.ReadFile(name)
		files[name[len("page"):]] = file{mediaType, content}
		return err
	})
	return files, err
}

// atHome sends those who come by another name of this machine, such as
// 127.0.0.1, to the one that tenant and API know. The query stays behind: it
// could hold a code that is meant for nobody here.
func atHome(origin string, next http.Handler) http.Handler {
	_, home, _ := strings.Cut(origin, "://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != home {
			http.Redirect(w, r, origin+r.URL.EscapedPath(), http.StatusTemporaryRedirect)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// serve answers GET and HEAD for the files and nothing else.
func serve(files map[string]file, policy string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header(), policy)
		found, ok := files[r.URL.Path]
		switch {
		case !ok:
			http.Error(w, "There is nothing here. The playground is at /.", http.StatusNotFound)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "The playground answers GET and HEAD only.", http.StatusMethodNotAllowed)
		default:
			w.Header().Set("Content-Type", found.mediaType)
			_, _ = w.Write(found.content) // a failure means that the browser has gone
		}
	})
}
