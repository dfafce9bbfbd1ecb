package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/postern-dev/postern/bench/load"
)

// The kinds of requests by which tokens are measured.
const (
	public    = "public"
	oneToken  = "protected, one token"
	many      = "protected, 10,000 tokens"
	firstTime = "protected, a token never seen"
)

// tokenCount is how many tokens come in turn.
const tokenCount = 10_000

const publicPath, protectedPath = "/api/messages/public", "/api/messages/protected"

// issuer is at a port of its own, so that it is the same one in each run.
const issuer = "http://127.0.0.1:16070/"

// tokens measures GET with a token: Postern with everything on, the peers, and
// net/http.
func (b *bench) tokens(ctx context.Context, r *result) error {
	w, err := load.OpenWorld(ctx, b.folder, issuer)
	if err != nil {
		return err
	}
	defer w.Close()
	scripts, err := writeTokens(w)
	if err != nil {
		return err
	}
	var targets []target
	add := func(name string, s *load.Server, kind, script, path string) {
		targets = append(targets, target{r.add(name, kind), wrk(s, script, path, b.seconds)})
	}
	servers, err := b.tokenServers(ctx, w, r)
	if err != nil {
		return err
	}
	for _, s := range servers {
		add(s.name, s.Server, public, scripts["none"], publicPath)
		add(s.name, s.Server, oneToken, scripts["one"], protectedPath)
		add(s.name, s.Server, many, scripts["many"], protectedPath)
	}
	for _, t := range targets {
		// Each of several processes has to see each token.
		if t.row.Kind == many && (t.row.Server == postern || t.row.Server == fastifyCached) {
			if err := t.warm(ctx, tokenCount*(1+b.workers), b.seconds); err != nil {
				return err
			}
		}
	}
	first, err := b.firstSight(ctx, w, r, scripts["many"])
	if err != nil {
		return err
	}
	if err := rounds(ctx, "tokens", b.rounds, append(targets, first...)); err != nil {
		return err
	}
	for _, s := range servers {
		if err := weigh(r.of(s.name, many), s.Server); err != nil {
			return err
		}
	}
	return nil
}

// named is a server with its row's name.
type named struct {
	*load.Server
	name string
}

// tokenServers starts Postern, net/http and the peers that are there.
func (b *bench) tokenServers(ctx context.Context, w *load.World, r *result) ([]named, error) {
	folder, err := w.Declare("tokens", "")
	if err != nil {
		return nil, err
	}
	s, err := w.Serve(ctx, folder, "127.0.0.1:16071")
	if err != nil {
		return nil, err
	}
	list := []named{{s, postern}}
	if err := record(ctx, w, s, filepath.Join(folder, "answers.json")); err != nil {
		return nil, err
	}
	peers := []func(address string) peer{func(address string) peer {
		return peer{bare, "", []string{"bare", address, filepath.Join(folder, "answers.json")}}
	}}
	if b.peersToo {
		peers = append(peers, b.peers()...)
	}
	for i, at := range peers {
		address := fmt.Sprintf("127.0.0.1:%d", 16072+i)
		p := at(address)
		s, err := b.launch(ctx, w, p, address, publicPath)
		if err != nil {
			say("skipped: %s: %v", p.name, err)
			r.skip(p.name, err)
			continue
		}
		list = append(list, named{s, p.name})
	}
	return list, ctx.Err()
}

// weigh notes what the server holds after all rounds.
func weigh(row *row, s *load.Server) error {
	bytes, err := s.Memory()
	row.Memory = float64(bytes) / (1 << 20)
	return err
}

// answer is what bench/peers/bare answers.
type answer struct {
	Header http.Header
	Body   string
}

// record asks Postern and keeps what it answers, for the server that answers
// the same bytes and checks nothing.
func record(ctx context.Context, w *load.World, s *load.Server, file string) error {
	answers := map[string]answer{}
	for _, path := range []string{publicPath, protectedPath} {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Address+path, nil)
		if err != nil {
			return err
		}
		request.Header.Set("Origin", "http://localhost:4040")
		request.Header.Set("Authorization", "Bearer "+w.Issuer.Token(nil))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(response.Body)
		if err = errors.Join(err, response.Body.Close()); err != nil || response.StatusCode != http.StatusOK {
			return errors.Join(err, errors.New(path+" was answered "+response.Status))
		}
		for _, own := range []string{"Date", "Content-Length"} { // net/http writes these itself
			response.Header.Del(own)
		}
		answers[path] = answer{response.Header, string(body)}
	}
	raw, err := json.Marshal(answers)
	return errors.Join(err, os.WriteFile(file, raw, 0o600))
}

// writeTokens mints the tokens, and writes scripts that send none, one, and all
// of them in turn.
func writeTokens(w *load.World) (map[string]string, error) {
	file := filepath.Join(w.Folder, "tokens.txt")
	var list strings.Builder
	for i := range tokenCount {
		list.WriteString(w.Token(fmt.Sprintf("auth0|user-%d", i)) + "\n")
	}
	texts := map[string]string{
		"none": load.Headers,
		"one":  load.Headers + `wrk.headers["Authorization"] = "Bearer ` + w.Issuer.Token(nil) + "\"\n",
		"many": load.Headers + fmt.Sprintf(`local requests, n = {}, 0
function init()
  for token in io.lines(%q) do
    wrk.headers["Authorization"] = "Bearer " .. token
    requests[#requests + 1] = wrk.format("GET")
  end
end
function request()
  n = n %% #requests + 1
  return requests[n]
end
`, file),
	}
	paths := map[string]string{}
	err := os.WriteFile(file, []byte(list.String()), 0o600)
	for name, text := range texts {
		paths[name] = filepath.Join(w.Folder, name+".lua")
		err = errors.Join(err, os.WriteFile(paths[name], []byte(text), 0o600))
	}
	return paths, err
}
