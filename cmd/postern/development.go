//go:build !nodev

package main

// developmentCommands are those that know the development tenant.
type developmentCommands struct {
	Dev   devCommand   `cmd:"" help:"Run everything on this machine: the API, a tenant that signs real tokens and a playground."`
	Token tokenCommand `cmd:"" help:"Print an access token of the running development tenant."`
}
