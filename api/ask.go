package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/problem"
)

// ask is what a follower wants.
type ask struct {
	views []feed.View
	// fields and can are how documents are shown.
	fields []collection.Path
	can    bool
	since  []string
	wait   time.Duration
	marker *feed.Marker
}

const (
	// maxWait bounds a long poll: proxies end what is silent for a minute.
	maxWait = 50 * time.Second
	// maxFollowed bounds the collections, and the positions, of one follower.
	maxFollowed = 20
)

// readAsk judges the right to each collection before the form of the question.
func (a *API) readAsk(c *gin.Context, caller collection.Caller, of *collection.Collection) (*ask, error) {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, queryInvalid.New("The query string cannot be read.").Because(err)
	}
	wrong := queryInvalid.New("")
	followed := []*collection.Collection{of}
	if of == nil {
		followed = a.named(values["collections"], wrong)
	}
	for _, one := range followed {
		if one.Read.For(caller).IsNever() {
			return nil, &collection.Denied{Collection: one, Operation: collection.Read}
		}
	}
	k := &ask{}
	for _, one := range followed {
		k.views = append(k.views, feed.View{Collection: one, Visible: one.Read.For(caller)})
	}
	k.readPlace(c, values, wrong)
	if of == nil {
		values.Del("collections")
		k.readInclude(values, wrong)
		onlyKnown(values, "changes of several collections have collections, include, since and wait", wrong)
	} else if err := k.readQuery(of, values, a.Query, wrong); err != nil {
		return nil, err
	}
	if len(wrong.Fields) > 0 {
		return nil, wrong
	}
	k.marker = a.Feed.Marker(a.Sealer, caller.Owner, k.views)
	return k, nil
}

func refuseField(p *problem.Problem, parameter, detail string) {
	p.Fields = append(p.Fields, problem.Field{Parameter: parameter, Detail: detail})
}

// named reads collections=notes,tasks.
func (a *API) named(lists []string, wrong *problem.Problem) (followed []*collection.Collection) {
	switch {
	case len(lists) > 1:
		refuseField(wrong, "collections", "is there more than once. Write collections=notes,tasks")
		return nil
	case len(lists) == 0 || lists[0] == "":
		refuseField(wrong, "collections", "is missing. Write collections=notes,tasks")
		return nil
	}
	names := strings.Split(lists[0], ",")
	if len(names) > maxFollowed {
		refuseField(wrong, "collections", "has more than "+strconv.Itoa(maxFollowed)+" names")
		return nil
	}
	for _, name := range names {
		one := a.Documents.Collection(name)
		switch {
		case one == nil:
			refuseField(wrong, "collections", "has a name that is no collection. GET /api/v1/collections lists all")
			return nil
		case slices.Contains(followed, one):
			refuseField(wrong, "collections", "names a collection twice")
			return nil
		}
		followed = append(followed, one)
	}
	return followed
}

// readPlace reads where to begin and how long to wait.
func (k *ask) readPlace(c *gin.Context, values url.Values, wrong *problem.Problem) {
	for _, name := range []string{"since", "wait"} {
		if len(values[name]) > 1 {
			refuseField(wrong, name, "is there more than once")
		}
	}
	if since := values.Get("since"); since != "" {
		k.since = strings.Split(since, ",")
	}
	// A client that comes back knows more than the address it began with.
	if last := c.GetHeader("Last-Event-ID"); last != "" {
		k.since = []string{last}
	}
	if len(k.since) > maxFollowed {
		refuseField(wrong, "since", "has more than "+strconv.Itoa(maxFollowed)+" positions")
	}
	if wait, ok := values["wait"]; ok {
		seconds, err := strconv.Atoi(wait[0])
		if err != nil || seconds < 0 || seconds > int(maxWait.Seconds()) {
			refuseField(wrong, "wait", "is not a whole number of seconds from 0 to "+strconv.Itoa(int(maxWait.Seconds())))
		}
		k.wait = time.Duration(seconds) * time.Second
	}
	values.Del("since")
	values.Del("wait")
}

// readQuery reads the filters, and how documents are shown.
func (k *ask) readQuery(of *collection.Collection, values url.Values, limits query.Limits, wrong *problem.Problem) error {
	for _, name := range []string{"sort", "limit", "cursor", "count"} {
		if values.Has(name) {
			refuseField(wrong, name, "is of lists. Changes come in their own order")
			values.Del(name)
		}
	}
	q, err := query.Parse(of, values, limits)
	if err != nil {
		return err
	}
	k.views[0].Query, k.fields, k.can = q, q.Fields, q.Can
	return nil
}

// readInclude reads whether documents say what the caller may do with them.
func (k *ask) readInclude(values url.Values, wrong *problem.Problem) {
	include, there := values["include"]
	if there && (len(include) > 1 || include[0] != "can") {
		refuseField(wrong, "include", "can only be can, once")
	}
	k.can = there
	values.Del("include")
}

func onlyKnown(values url.Values, says string, wrong *problem.Problem) {
	for name := range values {
		refuseField(wrong, name, "is not a parameter here; "+says+". Filters go with one collection")
	}
	slices.SortFunc(wrong.Fields, func(x, y problem.Field) int { return strings.Compare(x.Parameter, y.Parameter) })
}

// unhurried lifts the time limits of the connection that are meant for
// requests that are answered at once.
func unhurried(c *gin.Context) {
	control := http.NewResponseController(c.Writer)
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Now().Add(maxWait + writePatience))
}

func withinTime(ctx context.Context, wait time.Duration) (context.Context, context.CancelFunc) {
	// What is there already is found within a moment.
	return context.WithTimeout(ctx, max(wait, 20*time.Millisecond))
}
