// Command postern is the JSON backend for single-page apps.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/postern-dev/postern/config"
)

// Exit codes of every command.
const (
	exitFailed = 1 // what was asked for did not work
	exitUsage  = 2 // the command line or a setting is wrong
)

// process is all that a command takes from the process it runs in.
type process struct {
	ctx    context.Context
	getenv func(string) string
	env    []string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// commands are all there are; those of development stand in a file of their
// own, which -tags nodev leaves out.
type commands struct {
	developmentCommands
	Serve   serveCommand   `cmd:"" help:"Serve in production: needs an issuer and an audience."`
	Check   checkCommand   `cmd:"" help:"Report what is wrong with settings, rules, tenant and CORS, and how to mend it."`
	Explain explainCommand `cmd:"" help:"Say check by check why a token is accepted or refused here, and how to mend it."`
	Auth0   auth0Command   `cmd:"" name:"auth0" help:"Print what to set up in an Auth0 tenant, scopes of the rules included."`
	Export  exportCommand  `cmd:"" help:"Write all documents to a file, while servers go on."`
	Import  importCommand  `cmd:"" help:"Write the documents of such a file into a database."`
	Backup  backupCommand  `cmd:"" help:"Copy a SQLite database while a server uses it."`
	Revoke  revokeCommand  `cmd:"" help:"Call tokens back: of a subject, of a session, or one."`
	Version versionCommand `cmd:"" help:"Print what this binary was built from."`
	OpenAPI openAPICommand `cmd:"" name:"openapi" help:"Print the OpenAPI document of this deployment, collections included."`
	Postman postmanCommand `cmd:"" help:"Print a Postman collection of this deployment, and environments for it."`
	Health  healthCommand  `cmd:"" help:"Ask the server on this machine whether it lives; for container health checks."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(os.Args[1:], process{ctx, os.Getenv, os.Environ(), os.Stdin, os.Stdout, os.Stderr}))
}

// run parses the command line, runs the command and returns the exit code.
func run(args []string, p process) int {
	exit := -1
	parser, err := kong.New(&commands{},
		kong.Name("postern"),
		kong.Description("The JSON backend for single-page apps.\n\nExit codes: 0 done, 1 failed, 2 wrong command line or settings."),
		kong.Writers(p.stdout, p.stderr),
		kong.Exit(func(code int) { exit = code }),
		kong.Bind(p),
	)
	if err != nil {
		panic(err) // the grammar above is wrong
	}
	selected, err := parser.Parse(args)
	if exit >= 0 {
		return exit // --help has been answered
	}
	if err != nil {
		_, _ = fmt.Fprintf(p.stderr, "postern: %v\nRun postern --help for what there is.\n", err)
		return exitUsage
	}
	return exitCode(selected.Run(), p.stderr)
}

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	_, _ = fmt.Fprintf(stderr, "postern: %v\n", err)
	var (
		mistakes config.Mistakes
		usage    usageError
	)
	if errors.As(err, &mistakes) || errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// usageError is a mistake in the command line that only the command can see.
type usageError struct{ error }
