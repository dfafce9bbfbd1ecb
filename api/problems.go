package api

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
)

// explanation is what the type URL of a problem resolves to.
type explanation struct {
	Type    string `json:"type"`
	Code    string `json:"code"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Meaning string `json:"meaning"`
	Hint    string `json:"hint"`
}

func explain(k problem.Kind) explanation {
	return explanation{problem.TypePath + k.Code, k.Code, k.Title(), k.Status, k.Sentence, k.Hint}
}

// kinds are all problems that this API can answer with.
func kinds() []problem.Kind {
	return slices.Concat(middleware.RefusalKinds(), problem.Kinds(), documentKinds(), sessionKinds())
}

// ProblemCodes are the codes of all problems that this API can answer with.
func ProblemCodes() []string {
	var codes []string
	for _, kind := range kinds() {
		codes = append(codes, kind.Code)
	}
	return codes
}

func (a *API) listProblems(c *gin.Context) error {
	list := struct {
		Items []explanation `json:"items"`
	}{[]explanation{}}
	for _, kind := range kinds() {
		list.Items = append(list.Items, explain(kind))
	}
	c.JSON(http.StatusOK, list)
	return nil
}

// showProblem answers programs in JSON and people with a page.
func (a *API) showProblem(c *gin.Context) error {
	all := kinds()
	i := slices.IndexFunc(all, func(k problem.Kind) bool { return k.Code == c.Param("code") })
	if i < 0 {
		return problem.NotFound.New("No problem has this code. GET /problems lists all.")
	}
	c.Writer.Header().Add("Vary", "Accept")
	if strings.Contains(c.GetHeader("Accept"), "text/html") {
		c.Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; style-src '"+styleHash()+"'")
		c.Data(http.StatusOK, "text/html; charset=utf-8", problemPage(explain(all[i])))
		return nil
	}
	c.JSON(http.StatusOK, explain(all[i]))
	return nil
}

const pageStyle = `:root{color-scheme:light dark}body{font:1.05rem/1.6 system-ui,sans-serif;max-width:42rem;margin:12vh auto;padding:0 1.5rem}code{font-size:.9em;background:#8882;padding:.1em .3em;border-radius:.25em}small{opacity:.7}h1{margin-bottom:.2em}`

func styleHash() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// problemPage is put together by hand: the template packages would add more to
// the binary than everything else here.
func problemPage(e explanation) []byte {
	return []byte(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>` +
		html.EscapeString(e.Title) + `</title><style>` + pageStyle + `</style></head><body><main><h1>` +
		html.EscapeString(e.Title) + `</h1><p><small>Status ` + strconv.Itoa(e.Status) + ` · code <code>` +
		html.EscapeString(e.Code) + `</code></small></p><p>` + prose(e.Meaning) +
		`</p><h2>How to mend it</h2><p>` + prose(e.Hint) + `</p></main></body></html>`)
}

// prose turns a sentence into HTML: what stands between backticks is code.
func prose(sentence string) string {
	var b strings.Builder
	for i, part := range strings.Split(sentence, "`") {
		if i%2 == 1 {
			part = "<code>" + html.EscapeString(part) + "</code>"
		} else {
			part = html.EscapeString(part)
		}
		b.WriteString(part)
	}
	return b.String()
}
