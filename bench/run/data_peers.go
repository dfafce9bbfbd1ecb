package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
)

// otherKeepers starts those that are there.
func (b *bench) otherKeepers(ctx context.Context, w *load.World, r *result) (list []keeper) {
	for name, start := range sorted(map[string]func(context.Context, *load.World, string) (keeper, error){
		pocketBase: b.pocketBase, jsonServer: b.jsonServer,
	}) {
		folder := filepath.Join(b.folder, name)
		err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o700))
		if err == nil {
			say("filling %s with %d documents", name, b.documents)
			var k keeper
			if k, err = start(ctx, w, folder); err == nil {
				list = append(list, k)
				continue
			}
		}
		say("skipped: %s: %v", name, err)
		r.skip(name, err)
	}
	return list
}

// pocketBase fills PocketBase and has a user of it ask.
func (b *bench) pocketBase(ctx context.Context, w *load.World, folder string) (keeper, error) {
	k := keeper{name: pocketBase}
	program := filepath.Join(b.folder, "peers", "pocketbase")
	out, err := exec.CommandContext(ctx, program, "fill", folder, strconv.Itoa(b.documents)).CombinedOutput()
	if err != nil {
		return k, fmt.Errorf("fill: %w\n%s", err, out)
	}
	said := map[string]string{}
	for _, name := range []string{"token", "user", "ids"} {
		raw, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return k, err
		}
		said[name] = strings.TrimSpace(string(raw))
	}
	const notesPath = "/api/collections/notes/records"
	k.scripts, err = notes.Calls{Token: said["token"], Items: notesPath + "/", Create: notesPath,
		Body: `{"owner":"` + said["user"] + `",` + notes.Body[1:],
		List: notesPath + "?page=1&perPage=20&skipTotal=1&sort=-due&filter=project%3D%22project-PROJECT%22",
	}.Scripts(folder, strings.Fields(said["ids"]))
	if err != nil {
		return k, err
	}
	const address = "127.0.0.1:16073"
	k.Server, err = b.launch(ctx, w, peer{name: pocketBase, command: []string{"pocketbase", "serve", folder, address}}, address, "/api/health")
	return k, err
}

// jsonServer writes a file of documents and has everybody ask: json-server
// knows no users.
func (b *bench) jsonServer(ctx context.Context, w *load.World, folder string) (keeper, error) {
	k := keeper{name: jsonServer}
	var all, ids []string
	for i := range b.documents {
		d := notes.Note(i)
		all = append(all, `{"id":"`+d.ID+`",`+string(d.Body.Append(nil))[1:])
		if notes.Called(i) {
			ids = append(ids, d.ID)
		}
	}
	text := `{"notes":[` + strings.Join(all, ",") + "]}"
	if !json.Valid([]byte(text)) {
		return k, errors.New("the file would not be JSON")
	}
	file := filepath.Join(folder, "db.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return k, err
	}
	var err error
	k.scripts, err = notes.Calls{Items: "/notes/", Create: "/notes", Body: notes.Body,
		List: "/notes?project=project-PROJECT&_sort=due&_order=desc&_limit=20"}.Scripts(folder, ids)
	if err != nil {
		return k, err
	}
	k.Server, err = b.launch(ctx, w, peer{jsonServer, "node", []string{"node", "json-server.mjs"}}, "127.0.0.1:16074", "/notes?_limit=1", "DATABASE="+file)
	return k, err
}
