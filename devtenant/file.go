package devtenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml/ast"
)

// maxFile bounds a file of users and clients, in bytes.
const maxFile = 64 << 10

// LoadFile reads users and clients from a file; see [ParseFile].
func LoadFile(path string) (users []User, clients []Client, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read users and clients: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read users and clients: %w", err)
	}
	users, clients, err = ParseFile(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return users, clients, nil
}

// ParseFile reads users and clients from YAML or JSON:
//
//	users:
//	  - name: ada
//	    email: ada@example.com
//	    permissions: [read:notes, write:notes]
//	clients:
//	  - id: spa
//	    callbacks: [http://localhost:4040/callback]
//	    logoutUrls: [http://localhost:4040]
//	    webOrigins: [http://localhost:4040]
//	    backchannelLogoutUri: http://localhost:6060/auth/backchannel-logout
//	  - id: machine
//	    secret: machine-secret
//	    permissions: [read:notes]
//
// A user's subject is auth0|NAME unless it is given. The grants of a client
// are client_credentials if it has a secret, and authorization_code and
// refresh_token if not, unless they are given. A list that is left out is nil,
// which [Options] takes for its default. Unknown keys are mistakes, and the
// error lists all mistakes.
func ParseFile(data []byte) (users []User, clients []Client, err error) {
	if len(data) > maxFile {
		return nil, nil, fmt.Errorf("the file is larger than %d KiB", maxFile>>10)
	}
	if json.Valid(data) {
		// Tabs are blanks in JSON, but not in YAML. They cannot be part of
		// a text in JSON, where control characters must be escaped.
		data = bytes.ReplaceAll(data, []byte("\t"), []byte(" "))
	}
	root, err := parseYAML(data)
	if err != nil {
		return nil, nil, err
	}
	var r nodeReader
	r.mapping(wholeFile, root, members{
		"users": r.each(func(at string, n ast.Node) {
			if u, ok := r.user(at, n); ok {
				users = append(users, u)
			}
		}),
		"clients": r.each(func(at string, n ast.Node) {
			if c, ok := r.client(at, n); ok {
				clients = append(clients, c)
			}
		}),
	})
	if len(r.mistakes) == 0 && len(users) == 0 && len(clients) == 0 {
		r.mistakes = append(r.mistakes, errors.New("the file has neither users nor clients"))
	}
	if err := errors.Join(append(r.mistakes, checkUsers(users), checkClients(clients))...); err != nil {
		return nil, nil, err
	}
	return users, clients, nil
}

// user reports whether all of it could be read: what is half known would be
// reported twice.
func (r *nodeReader) user(at string, n ast.Node) (u User, ok bool) {
	before := len(r.mistakes)
	r.mapping(at, n, members{
		"name":        r.text(&u.Name),
		"subject":     r.text(&u.Subject),
		"email":       r.text(&u.Email),
		"permissions": r.texts(&u.Permissions),
	})
	if u.Subject == "" && u.Name != "" {
		u.Subject = "auth0|" + u.Name
	}
	return u, len(r.mistakes) == before
}

func (r *nodeReader) client(at string, n ast.Node) (c Client, ok bool) {
	before := len(r.mistakes)
	r.mapping(at, n, members{
		"id":                   r.text(&c.ID),
		"secret":               r.text(&c.Secret),
		"callbacks":            r.texts(&c.Callbacks),
		"logoutUrls":           r.texts(&c.LogoutURLs),
		"webOrigins":           r.texts(&c.WebOrigins),
		"backchannelLogoutUri": r.text(&c.BackchannelLogoutURI),
		"grants":               r.texts(&c.Grants),
		"permissions":          r.texts(&c.Permissions),
	})
	switch {
	case len(c.Grants) > 0:
	case c.Secret != "":
		c.Grants = []string{grantMachine}
	default:
		c.Grants = []string{grantCode, grantRefresh}
	}
	return c, len(r.mistakes) == before
}
