package main

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strconv"

	"github.com/postern-dev/postern/bench/load"
)

// The servers, as the documents call them.
const (
	postern       = "Postern"
	bare          = "net/http, checks nothing"
	flask         = "Flask + python-jose"
	fastAPI       = "FastAPI + python-jose"
	expressBearer = "Express + express-oauth2-jwt-bearer"
	expressJWT    = "Express + express-jwt + jwks-rsa"
	fastifyVerify = "Fastify + fastify-auth0-verify"
	fastifyCached = "Fastify + fast-jwt, verified cache"
	stockGin      = "Gin + go-jwt-middleware"
)

// peer is what one would take instead: a program and its arguments. Each gets
// PORT, ISSUER, AUDIENCE and WORKERS.
type peer struct {
	name    string
	folder  string // of its sources, below bench/peers; none for a program that was built
	command []string
}

// python is Debian's, which finds Debian's packages.
const python = "/usr/bin/python3"

// peers are those that check tokens, at the address that each is given.
func (b *bench) peers() []func(address string) peer {
	workers := strconv.Itoa(b.workers)
	fixed := func(name, folder string, command ...string) func(string) peer {
		return func(string) peer { return peer{name, folder, command} }
	}
	return []func(string) peer{
		fixed(stockGin, "", "gin"),
		fixed(fastifyCached, "node", "node", "fastify-jwt.mjs"),
		fixed(fastifyVerify, "node", "node", "fastify-auth0.mjs"),
		fixed(expressBearer, "node", "node", "express-oauth2.mjs"),
		fixed(expressJWT, "node", "node", "express-jwt.mjs"),
		func(address string) peer {
			return peer{fastAPI, "python", []string{python, "-m", "uvicorn", "fastapi_app:app", "--host", "127.0.0.1", "--port", portOf(address),
				"--workers", workers, "--no-access-log", "--log-level", "warning"}}
		},
		func(address string) peer {
			return peer{flask, "python", []string{python, "-m", "gunicorn", "flask_app:app", "--bind", address, "--workers", workers}}
		},
	}
}

// launch starts a peer at an address.
func (b *bench) launch(ctx context.Context, w *load.World, p peer, address, ready string, env ...string) (*load.Server, error) {
	folder := b.folder
	if p.folder != "" {
		var err error
		if folder, err = filepath.Abs(filepath.Join("bench/peers", p.folder)); err != nil {
			return nil, err
		}
	}
	path := p.command[0]
	if p.folder == "" {
		path = filepath.Join(b.folder, "peers", path)
	}
	log := filepath.Join(b.folder, "peers", portOf(address)+".log")
	return w.Launch(ctx, load.Program{Path: path, Args: p.command[1:], Folder: folder, Log: log, Address: address, Ready: ready,
		Env: append([]string{"PORT=" + portOf(address), "ISSUER=" + w.Issuer.URL(), "AUDIENCE=" + w.Issuer.Audience(),
			"WORKERS=" + strconv.Itoa(b.workers), "NODE_ENV=production", "PYTHONDONTWRITEBYTECODE=1"}, env...)})
}

func portOf(address string) string {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		panic(errors.Join(errors.New("addresses are written here"), err))
	}
	return port
}
