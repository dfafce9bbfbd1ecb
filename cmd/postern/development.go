//go:build !nodev

package main

// developmentCommands are those that know the development tenant.
type developmentCommands struct {
	Dev   devCommand   `cmd:"" help:"Run everything on this machine: the API and a tenant that signs real tokens."`
	Token tokenCommand `cmd:"" help:"Print an access token of the running development tenant."`
}
