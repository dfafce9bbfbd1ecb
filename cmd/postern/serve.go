package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"

	"github.com/postern-dev/postern/cmd/postern/serve"
)

type serveCommand struct {
	settingFlags
}

// Help shows the command at work.
func (serveCommand) Help() string {
	return `Example:
  AUTH0_DOMAIN=your-tenant.eu.auth0.com AUTH0_AUDIENCE=https://api.example.com \
  CLIENT_ORIGIN_URL=https://app.example.com postern serve

SIGTERM drains: readiness fails, answers end their connections, requests in hand are answered, then it exits with 0.`
}

// Run serves until a signal comes.
func (s serveCommand) Run(p process) error {
	settings, declarations, err := s.loadDeclared(p)
	if err != nil {
		return err
	}
	if err := settings.CheckForServe(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", settings.Addr)
	if err != nil {
		return fmt.Errorf("listen (change the address with --addr or POSTERN_ADDR): %w", err)
	}
	log, end := serve.Log(p.ctx, settings, p.stdout)
	defer end()
	serve.LimitMemory(os.DirFS("/"), settings, p.getenv, log)
	defer runtime.KeepAlive(serve.Headroom(p.getenv))
	admin, err := serve.ListenAdmin(settings, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	options := serve.Options{Collections: declarations.Collections, Admin: admin}
	return serve.Run(p.ctx, settings, options, log, listener)
}
