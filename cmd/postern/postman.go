package main

import (
	"errors"
	"io"
	"os"

	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/postman"
)

type postmanCommand struct {
	Collection  postmanCollection  `cmd:"" help:"The requests of this deployment, with tests of their answers."`
	Environment postmanEnvironment `cmd:"" help:"Where to send them, and as whom."`
}

type postmanCollection struct {
	settingFlags
	From string `help:"Read the OpenAPI document of a server from this file, - for standard input, and no settings." placeholder:"FILE"`
}

// Help shows the command at work.
func (postmanCollection) Help() string {
	return `Example, with postern dev running; then import both files into Postman:
  curl -s http://localhost:6060/openapi.json | postern postman collection --from - > postern.postman_collection.json
  postern postman environment --dev > dev.postman_environment.json

A run from top to bottom makes documents, reads, changes and deletes them:
  npx newman run postern.postman_collection.json -e dev.postman_environment.json`
}

// Run prints the collection.
func (c postmanCollection) Run(p process) error {
	document, err := c.document(p)
	if err != nil {
		return err
	}
	text, err := postman.Collection(document)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}

// document is that of a server, or of the settings.
func (c postmanCollection) document(p process) ([]byte, error) {
	switch c.From {
	case "":
	case "-":
		return io.ReadAll(io.LimitReader(p.stdin, maxDocument))
	default:
		return os.ReadFile(c.From)
	}
	settings, declarations, err := c.loadDeclared(p)
	if err != nil {
		return nil, err
	}
	document, err := serve.Document(settings, serve.Options{Collections: declarations.Collections})
	return document.JSON(), err
}

// maxDocument bounds what is read of standard input, in bytes: some hundred
// times what a large deployment has.
const maxDocument = 64 << 20

type postmanEnvironment struct {
	settingFlags
	Dev bool `help:"For postern dev, whose client machine needs no login."`
}

// Help shows the command at work.
func (postmanEnvironment) Help() string {
	return "Example:\n  postern postman environment > production.postman_environment.json\n\n" +
		"It has no secret of yours: paste a token, or the id and the secret of a client for tests, into Postman."
}

// Run prints the environment.
func (e postmanEnvironment) Run(p process) error {
	at := developmentEnvironment()
	if !e.Dev {
		settings, _, err := e.loadDeclared(p)
		if err != nil {
			return err
		}
		if err := settings.CheckForServe(); err != nil {
			return err
		}
		if settings.PublicURL == "" {
			return usageError{errors.New("the address of the API is not known: set POSTERN_PUBLIC_URL=https://api.example.com, or give --public-url")}
		}
		at = postman.Environment{Name: settings.PublicURL, BaseURL: settings.PublicURL,
			Issuer: settings.Issuers[0].URL, Audience: settings.Issuers[0].Audiences[0]}
	}
	text, err := at.File()
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}

// developmentEnvironment is where postern dev is, unless flags of its own say
// otherwise. Its secret is in the documents: it opens nothing but that tenant.
func developmentEnvironment() postman.Environment {
	return postman.Environment{Name: "postern dev", BaseURL: "http://localhost:6060", Issuer: "http://localhost:6061/",
		Audience: "https://hello-world.example.com", ClientID: "machine", ClientSecret: "machine-secret"}
}
