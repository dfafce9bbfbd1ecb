package main

import "github.com/postern-dev/postern/cmd/postern/serve"

type openAPICommand struct {
	settingFlags
	JSON bool `name:"json" help:"Print JSON instead of YAML."`
}

// Help shows the command at work.
func (openAPICommand) Help() string {
	return "Example, types for a TypeScript front end:\n  postern openapi --json > openapi.json\n  npx openapi-typescript openapi.json -o api.d.ts"
}

// Run prints the document that a server with these settings has at
// /openapi.yaml.
func (o openAPICommand) Run(p process) error {
	settings, declarations, err := o.loadDeclared(p)
	if err != nil {
		return err
	}
	document, err := serve.Document(settings, serve.Options{Collections: declarations.Collections})
	if err != nil {
		return err
	}
	text := document.YAML()
	if o.JSON {
		text = append(document.JSON(), '\n')
	}
	_, err = p.stdout.Write(text)
	return err
}
