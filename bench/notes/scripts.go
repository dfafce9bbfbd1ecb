package notes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/postern-dev/postern/bench/load"
)

// Scripts has wrk read documents in turn, list pages of all projects, create,
// and update documents in turn, by the user of the token. It returns the files
// by their names.
func Scripts(folder, token string, ids []string) (map[string]string, error) {
	head := load.Headers + `wrk.headers["Authorization"] = "Bearer ` + token + "\"\n"
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
		"update": head + `wrk.headers["Content-Type"] = "application/merge-patch+json"
` + fmt.Sprintf(`local ids, n = {}, 0
for id in io.lines(%q) do ids[#ids + 1] = id end
function request()
  n = n + 1
  return wrk.format("PATCH", "/api/v1/notes/" .. ids[n %% #ids + 1], nil, '{"title":"Note ' .. n .. '"}')
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
