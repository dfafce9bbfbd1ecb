// Command drills breaks things on purpose, under load, and looks from outside
// whether the server keeps what it promises: nothing acknowledged is lost,
// nobody is let in, and it comes back by itself. Each drill starts `postern
// serve` as operators do, has a criterion, and prints one line of figures. It
// ends with 1 where one fails. docs/reliability.md has the figures of long
// runs.
//
//	go run ./drills -list
//	go run ./drills -short
//	go run ./drills kill-sqlite -rounds 100 -json figures.json
//
// It needs Linux; some drills need PostgreSQL's programs, the right to mount,
// or two processors. What is missing is said, and is a failure with
// POSTERN_TEST_REQUIRE=all.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

// orders are what the command line asks for.
type orders struct {
	list, short bool
	// required makes a failure of what this machine has not.
	required bool
	rounds   int
	length   time.Duration
	file     string
	names    []string
	// version is that of the program which is drilled.
	version string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:])
	o.required = os.Getenv("POSTERN_TEST_REQUIRE") == "all"
	if err == nil {
		// The servers inherit the rest, and refuse a variable that they do not know.
		err = os.Unsetenv("POSTERN_TEST_REQUIRE")
	}
	if err == nil {
		err = run(ctx, o, os.Stdout)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "drills:", err)
		os.Exit(1)
	}
}

// parse takes flags before, between and behind the names of drills.
func parse(args []string) (o orders, err error) {
	flags := flag.NewFlagSet("drills", flag.ContinueOnError)
	flags.BoolVar(&o.list, "list", false, "say which drills there are, and run none")
	flags.BoolVar(&o.short, "short", false, "the short forms, some seconds each")
	flags.IntVar(&o.rounds, "rounds", 0, "how often it is broken; 0 is the drill's own number")
	flags.DurationVar(&o.length, "for", 0, "how long it lasts; 0 is the drill's own length")
	flags.StringVar(&o.file, "json", "", "file to which a line of JSON is added for each drill")
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return o, err
		}
		if flags.NArg() == 0 {
			break
		}
		o.names, args = append(o.names, flags.Arg(0)), flags.Args()[1:]
	}
	return o, nil
}

func run(ctx context.Context, o orders, out io.Writer) error {
	chosen, err := choose(o.names, o.short)
	if err != nil {
		return err
	}
	if o.list {
		return list(out, chosen)
	}
	folder, err := os.MkdirTemp("", "drills-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary, err := load.Build(ctx, folder)
	if err != nil {
		return err
	}
	version, err := exec.CommandContext(ctx, binary, "version").Output()
	if err != nil {
		return err
	}
	o.version, _, _ = strings.Cut(string(version), "\n")
	var failed []string
	for _, d := range chosen {
		if ctx.Err() != nil {
			break
		}
		r := perform(ctx, d, binary, o)
		fmt.Fprintln(out, r)
		if o.file != "" {
			if err := r.keep(o.file); err != nil {
				return err
			}
		}
		if r.Failed != "" {
			failed = append(failed, d.name)
		}
	}
	if len(failed) > 0 {
		return errors.New("failed: " + strings.Join(failed, ", "))
	}
	return ctx.Err()
}

// choose returns the named drills, or all: of the short forms those that have
// one.
func choose(names []string, short bool) ([]drill, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(drills(), func(d drill) bool { return short && d.short == (size{}) }), nil
	}
	var chosen []drill
	for _, name := range names {
		i := slices.IndexFunc(drills(), func(d drill) bool { return d.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no drill %q; -list says which there are", name)
		}
		chosen = append(chosen, drills()[i])
	}
	return chosen, nil
}

func list(out io.Writer, chosen []drill) error {
	for _, d := range chosen {
		_, err := fmt.Fprintf(out, "%s (%s)\n  breaks: %s\n  passes: %s\n", d.name, d.long, d.breaks, d.passes)
		if err != nil {
			return err
		}
	}
	return nil
}
