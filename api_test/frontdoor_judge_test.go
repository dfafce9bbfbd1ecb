package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// frontDoorJudge reads what a server said on one connection, and says what is
// wrong with it. It shares no code with the server, nor with net/http.
type frontDoorJudge struct {
	secrets []string
	// mayBeHead tells that an answer may have no body whatever it declares.
	mayBeHead bool
	// whole tells that nothing more would have come.
	whole bool
	// readable tells that pages of the app must be able to read the first answer.
	readable bool
}

// spoken is one answer.
type spoken struct {
	status int
	fields map[string][]string // by their names in small letters
	body   string
}

var (
	statusLine = regexp.MustCompile(`^HTTP/1\.[01] ([1-5][0-9][0-9]) [\x20-\x7e]*$`)
	fieldLine  = regexp.MustCompile("^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$")
	// errCut says that the rest had not come yet.
	errCut = errors.New("it ends in the middle")
)

func (j frontDoorJudge) judge(said string) error {
	for _, secret := range j.secrets {
		if strings.Contains(said, secret) {
			return fmt.Errorf("it says %q", secret)
		}
	}
	for n := 0; said != ""; n++ {
		one, rest, err := j.next(said)
		if errors.Is(err, errCut) && !j.whole {
			return nil
		}
		if err == nil {
			err = one.wrong(n == 0 && j.readable, rest == "")
		}
		if err != nil {
			return fmt.Errorf("answer %d: %w", n+1, err)
		}
		said = rest
	}
	return nil
}

// next takes the first answer off.
func (j frontDoorJudge) next(said string) (one spoken, rest string, err error) {
	head, rest, ended := strings.Cut(said, "\r\n\r\n")
	if !ended {
		return one, "", errCut
	}
	lines := strings.Split(head, "\r\n")
	first := statusLine.FindStringSubmatch(lines[0])
	if first == nil {
		return one, "", fmt.Errorf("the first line is %q", lines[0])
	}
	one.status, _ = strconv.Atoi(first[1]) // digits
	one.fields = map[string][]string{}
	for _, line := range lines[1:] {
		field := fieldLine.FindStringSubmatch(line)
		if field == nil {
			return one, "", fmt.Errorf("a line of the header is %q", line)
		}
		name := strings.ToLower(field[1])
		one.fields[name] = append(one.fields[name], field[2])
	}
	rest, err = j.body(&one, rest)
	return one, rest, err
}

func (j frontDoorJudge) body(one *spoken, said string) (rest string, err error) {
	length, chunked := one.fields["content-length"], one.fields["transfer-encoding"]
	switch {
	case len(length) > 1 || len(length) == 1 && chunked != nil:
		return "", fmt.Errorf("the body has the lengths %q and %q", length, chunked)
	case one.status < 200 || one.status == 204 || one.status == 304:
		return said, nil
	case j.mayBeHead && (said == "" || strings.HasPrefix(said, "HTTP/1.")):
		return said, nil
	case chunked != nil:
		return one.chunks(said)
	case length == nil: // to the end of the connection
		one.body = said
		return "", nil
	}
	n, err := strconv.Atoi(length[0])
	if err != nil || n < 0 {
		return "", fmt.Errorf("the length is %q", length[0])
	}
	if len(said) < n {
		return "", errCut
	}
	one.body = said[:n]
	return said[n:], nil
}

// chunks reads a body by RFC 9112, section 7.1.
func (one *spoken) chunks(said string) (rest string, err error) {
	for {
		size, after, ended := strings.Cut(said, "\r\n")
		if !ended {
			return "", errCut
		}
		n, err := strconv.ParseUint(size, 16, 31)
		if err != nil {
			return "", fmt.Errorf("a chunk has the size %q", size)
		}
		if len(after) < int(n)+2 {
			return "", errCut
		}
		if after[n:n+2] != "\r\n" {
			return "", fmt.Errorf("after a chunk comes %q", after[n:n+2])
		}
		one.body, said = one.body+after[:n], after[n+2:]
		if n == 0 {
			return said, nil
		}
	}
}

// wrong says what an answer may not be. Last tells that nothing followed it.
func (one spoken) wrong(readable, last bool) error {
	switch {
	case one.status >= 500 && one.status != 501 && one.status != 503 && one.status != 505:
		return fmt.Errorf("the status is %d", one.status)
	case one.status >= 300 && one.status < 400 && one.status != 304 && one.status != 303:
		return fmt.Errorf("it leads elsewhere: %d", one.status)
	case one.status < 200:
		return nil
	case one.byTheLibrary():
		if !last {
			return errors.New("it goes on after a request that could not be read")
		}
		return nil
	}
	if one.status >= 400 && one.body != "" {
		if err := one.problem(); err != nil {
			return err
		}
	}
	if len(one.fields["x-request-id"]) != 1 || !strings.Contains(","+strings.ReplaceAll(strings.Join(one.fields["vary"], ","), " ", "")+",", ",Origin,") {
		return fmt.Errorf("it has the ids %q and varies by %q", one.fields["x-request-id"], one.fields["vary"])
	}
	if allowed := one.fields["access-control-allow-origin"]; readable && !slices.Equal(allowed, []string{app}) {
		return fmt.Errorf("a page of the app cannot read it: %q", allowed)
	}
	return nil
}

// byTheLibrary tells whether net/http answered by itself, before anybody could
// look at the origin: it had to close the connection.
func (one spoken) byTheLibrary() bool {
	if one.status == 417 { // an Expect that it does not know
		return one.body == "" && slices.Equal(one.fields["connection"], []string{"close"}) && one.fields["x-request-id"] == nil
	}
	return slices.Contains([]int{400, 431, 501, 505}, one.status) && slices.Equal(one.fields["connection"], []string{"close"}) &&
		slices.Equal(one.fields["content-type"], []string{"text/plain; charset=utf-8"}) && one.fields["x-request-id"] == nil
}

var problemCode = regexp.MustCompile(`^[a-z_]+$`)

// problem holds a refusal against RFC 9457 and what is promised of it.
func (one spoken) problem() error {
	var p struct {
		Type, Title, Code, RequestID string
		Status                       int
	}
	if err := json.Unmarshal([]byte(one.body), &p); err != nil || !slices.Equal(one.fields["content-type"], []string{"application/problem+json"}) {
		return fmt.Errorf("it is no problem but %q: %w", one.fields["content-type"], err)
	}
	if p.Status != one.status || p.Type != "/problems/"+p.Code || p.Title == "" || !problemCode.MatchString(p.Code) || !slices.Equal(one.fields["x-request-id"], []string{p.RequestID}) {
		return fmt.Errorf("the problem of a %d is %s", one.status, one.body)
	}
	return nil
}
