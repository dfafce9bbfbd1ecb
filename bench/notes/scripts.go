package notes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/postern-dev/postern/bench/load"
)

// Body is a note as clients send it.
const Body = `{"title":"milk","project":"project-1","due":"2026-12-01T00:00:00.000Z","done":false,"text":"` + words + `"}`

// Calls are how one server is asked for notes.
type Calls struct {
	// Token is sent with each request, where it is not empty.
	Token string
	// Items is the path below which documents are, and Create where they are
	// made of a Body.
	Items, Create, Body string
	// List is the path of a page of 20 of a project, the latest first; PROJECT
	// in it is the project's number.
	List string
}

// Postern are the calls to Postern of the user of the token.
func Postern(token string) Calls {
	return Calls{Token: token, Items: "/api/v1/notes/", Create: "/api/v1/notes", Body: Body,
		List: "/api/v1/notes?filter[project]=project-PROJECT&sort=-due&limit=20"}
}

// Scripts has wrk read documents in turn, list pages of all projects, create,
// and, as Postern has it, update documents in turn and ask for the protected
// message. It returns the files by their names.
func (c Calls) Scripts(folder string, ids []string) (map[string]string, error) {
	head := load.Headers
	if c.Token != "" {
		head += `wrk.headers["Authorization"] = "Bearer ` + c.Token + "\"\n"
	}
	file := filepath.Join(folder, "ids")
	inTurn := fmt.Sprintf("local ids, n = {}, 0\nfor id in io.lines(%q) do ids[#ids + 1] = id end\n", file)
	before, after, _ := strings.Cut(c.List, "PROJECT")
	texts := map[string]string{
		"hello": head + `wrk.path = "/api/messages/protected"
`,
		"read": head + inTurn + fmt.Sprintf(`function request()
  n = n %% #ids + 1
  return wrk.format("GET", %q .. ids[n])
end
`, c.Items),
		"update": head + inTurn + fmt.Sprintf(`wrk.headers["Content-Type"] = "application/merge-patch+json"
function request()
  n = n + 1
  return wrk.format("PATCH", %q .. ids[n %% #ids + 1], nil, '{"title":"Note ' .. n .. '"}')
end
`, c.Items),
		"list": head + fmt.Sprintf(`local n = 0
function request()
  n = n + 1
  return wrk.format("GET", %q .. n %% 10 .. %q)
end
`, before, after),
		"create": head + fmt.Sprintf(`wrk.headers["Content-Type"] = "application/json"
local body = '%s'
function request()
  return wrk.format("POST", %q, nil, body)
end
`, c.Body, c.Create),
	}
	paths := map[string]string{}
	err := os.WriteFile(file, []byte(strings.Join(ids, "\n")+"\n"), 0o600)
	for name, text := range texts {
		paths[name] = filepath.Join(folder, name+".lua")
		err = errors.Join(err, os.WriteFile(paths[name], []byte(text), 0o600))
	}
	return paths, err
}
