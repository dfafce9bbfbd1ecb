package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/yamltree"
)

// declaration is what is measured: documents of a user's own, with an index
// that pages follow.
const declaration = `collections:
  notes:
    schema:
      type: object
      required: [title]
      additionalProperties: false
      properties:
        title: {type: string, maxLength: 200}
        project: {type: string}
        due: {type: string, format: date-time}
        done: {type: boolean}
        text: {type: string}
    owner: true
    read: owner
    write: owner
    indexes: [[project, -due]]
`

// world is what the servers share.
type world struct {
	folder, binary string
	issuer         *authtest.Issuer
	servers        []*load.Server
}

func newWorld(ctx context.Context) (*world, error) {
	folder, err := os.MkdirTemp("", "datacost")
	if err != nil {
		return nil, err
	}
	w := &world{folder: folder, issuer: authtest.Start()}
	w.binary, err = load.Build(ctx, folder)
	return w, err
}

func (w *world) close() error {
	var err error
	for _, s := range w.servers {
		err = errors.Join(err, s.Stop())
	}
	w.issuer.Close()
	return errors.Join(err, os.RemoveAll(w.folder))
}

// subject is one server with its documents, and the scripts that call it.
type subject struct {
	server  *load.Server
	scripts map[string]string
}

// serve fills a database and starts a server on it, with further settings.
func (w *world) serve(ctx context.Context, address string, documents int, env ...string) (*subject, error) {
	folder := filepath.Join(w.folder, strings.ReplaceAll(address, ":", "-"))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "postern.yaml"), []byte(declaration), 0o600); err != nil {
		return nil, err
	}
	ids, err := w.fill(ctx, "sqlite:"+filepath.Join(folder, "postern.db"), documents)
	if err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	s := &subject{}
	if s.scripts, err = w.writeScripts(folder, ids); err != nil {
		return nil, err
	}
	s.server, err = load.Start(ctx, w.binary, folder, address,
		append(env, "POSTERN_ISSUER="+w.issuer.URL(), "AUTH0_AUDIENCE="+w.issuer.Audience())...)
	if err == nil {
		w.servers = append(w.servers, s.server)
	}
	return s, err
}

// together is how many documents are stored in one transaction.
const together = 2000

// fill stores documents of one user in ten projects and returns some ids.
func (w *world) fill(ctx context.Context, url string, documents int) (ids []string, err error) {
	tree, _ := yamltree.Read([]byte(declaration))
	declared, mistakes := declare.Read(declare.Source{Collections: tree.Members[0].Value, File: "postern.yaml"})
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	s, err := store.Open(ctx, url, store.Options{Durability: store.Normal, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Declare(ctx, declared.Collections); err != nil {
		return nil, err
	}
	owner := collection.Owner{Issuer: w.issuer.URL(), Subject: "auth0|ada"}
	for from := 0; from < documents; from += together {
		var some []string
		err := s.Write(ctx, func(tx collection.Tx) error {
			some = nil
			for i := from; i < min(from+together, documents); i++ {
				d := note(i, owner)
				if err := tx.Insert(declared.Collections[0], d); err != nil {
					return err
				}
				some = append(some, d.ID)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		ids = append(ids, some[:min(len(some), 20)]...)
	}
	return ids, nil
}

func note(i int, owner collection.Owner) *collection.Document {
	due := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i*7919%1_000_000) * time.Minute)
	return &collection.Document{
		ID: uuid.Must(uuid.NewV7()).String(), Owner: owner, Version: 1, Birth: "aaaa",
		CreatedAt: collection.Now(), UpdatedAt: collection.Now(),
		Body: jsonvalue.ObjectOf(
			jsonvalue.Member{Name: "title", Value: jsonvalue.String(fmt.Sprintf("Note %d", i))},
			jsonvalue.Member{Name: "project", Value: jsonvalue.String(fmt.Sprintf("project-%d", i%10))},
			jsonvalue.Member{Name: "due", Value: jsonvalue.String(collection.FormatTime(due))},
			jsonvalue.Member{Name: "done", Value: jsonvalue.Bool(i%3 == 0)},
			jsonvalue.Member{Name: "text", Value: jsonvalue.String(strings.Repeat("words and more ", 12))},
		),
	}
}

// writeScripts has wrk read documents in turn, list pages of all projects, and
// create.
func (w *world) writeScripts(folder string, ids []string) (map[string]string, error) {
	head := load.Headers + `wrk.headers["Authorization"] = "Bearer ` + w.issuer.Token(nil) + "\"\n"
	file := filepath.Join(folder, "ids")
	texts := map[string]string{
		"hello": head + `wrk.path = "/api/messages/protected"
`,
		"read": head + fmt.Sprintf(`local ids, n = {}, 0
for id in io.lines(%q) do ids[#ids + 1] = id end
function request()
  n = n %% #ids + 1
  return wrk.format("GET", "/api/v1/notes/" .. ids[n])
end
`, file),
		"list": head + `local n = 0
function request()
  n = n + 1
  return wrk.format("GET", "/api/v1/notes?filter[project]=project-" .. (n % 10) .. "&sort=-due&limit=20")
end
`,
		"create": head + `wrk.headers["Content-Type"] = "application/json"
local body = '{"title":"milk","project":"project-1","due":"2026-12-01T00:00:00.000Z","done":false,"text":"` +
			strings.Repeat("words and more ", 12) + `"}'
function request()
  return wrk.format("POST", "/api/v1/notes", nil, body)
end
`,
	}
	paths := map[string]string{}
	err := os.WriteFile(file, []byte(strings.Join(ids, "\n")+"\n"), 0o600)
	for name, text := range texts {
		paths[name] = filepath.Join(folder, name+".lua")
		err = errors.Join(err, os.WriteFile(paths[name], []byte(text), 0o600))
	}
	return paths, err
}
