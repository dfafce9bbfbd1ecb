//go:build nodev

package main

// developmentCommands are none: this binary is built for production only.
type developmentCommands struct{}
