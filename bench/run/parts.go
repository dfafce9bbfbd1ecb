package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/bench/load"
)

// What a token that nobody has seen cannot do without.
const (
	library   = "the library's ValidateToken alone"
	signature = "one RSA-2048 verification alone"
)

// firstSight has a Postern that remembers no token, and the parts of a check by
// the Go benchmarks, so that all are measured in the same rounds.
func (b *bench) firstSight(ctx context.Context, w *load.World, r *result, script string) ([]target, error) {
	folder, err := w.Declare("first", "")
	if err != nil {
		return nil, err
	}
	s, err := w.Serve(ctx, folder, "127.0.0.1:16090", "POSTERN_TOKEN_CACHE=0")
	if err != nil {
		return nil, err
	}
	test, err := compileTest(ctx, b.folder, "auth")
	if err != nil {
		return nil, err
	}
	return []target{
		{r.add(postern, firstTime), wrk(s, script, protectedPath, b.seconds)},
		{r.add(library, firstTime), test.cost("^BenchmarkVerifyMiss$/^library")},
		{r.add(signature, firstTime), test.cost("^BenchmarkVerifyMiss$/^signature")},
	}, nil
}

// Names of figures of the benchmarks.
const (
	hitRequest, hitCheck      = "allocations, request", "allocations, check"
	hitTime                   = "ns, check"
	storeCreates, storePlains = "creates/s, ", "plain inserts/s, "
)

// parts measures what the Go benchmarks see: allocations, which no machine
// disturbs, and the store beside its drivers.
func (b *bench) parts(ctx context.Context, r *result) error {
	r.Seconds = 0
	for _, x := range []struct{ pkg, pattern, figure, unit string }{
		{"api_test", "^BenchmarkRequest$/^protected,_one", hitRequest, "allocs/op"},
		{"auth", "^BenchmarkVerifyHit$/^tokens=10000$", hitCheck, "allocs/op"},
		{"auth", "^BenchmarkVerifyHit$/^tokens=10000$", hitTime, "ns/op"},
		{"store", "^BenchmarkCreate$/^sqlite", storeCreates + "SQLite", "docs/s"},
		{"store", "^BenchmarkPlainInserts$/^sqlite", storePlains + "SQLite", "docs/s"},
		{"store", "^BenchmarkCreate$/^postgres", storeCreates + "PostgreSQL", "docs/s"},
		{"store", "^BenchmarkPlainInserts$/^postgres", storePlains + "PostgreSQL", "docs/s"},
	} {
		test, err := compileTest(ctx, b.folder, x.pkg)
		if err != nil {
			return err
		}
		var all []float64
		for range b.rounds {
			out, err := test.run(ctx, x.pattern)
			if err != nil {
				return err
			}
			if strings.Contains(out, "SKIP") {
				r.skip(x.figure, errors.New("it is not installed"))
				break
			}
			n, err := metric(out, x.unit)
			if err != nil {
				return err
			}
			all = append(all, n)
		}
		if len(all) > 0 {
			r.figure(x.figure, load.Median(all))
		}
	}
	return nil
}

// testBinary is the compiled test of a package.
type testBinary struct{ path, folder string }

func compileTest(ctx context.Context, folder, pkg string) (testBinary, error) {
	t := testBinary{filepath.Join(folder, pkg+".test"), pkg}
	out, err := exec.CommandContext(ctx, "go", "test", "-c", "-o", t.path, "./"+pkg).CombinedOutput()
	if err != nil {
		return t, fmt.Errorf("compile the benchmarks of %s: %w\n%s", pkg, err, out)
	}
	return t, nil
}

// run runs benchmarks once and returns what they print.
func (t testBinary) run(ctx context.Context, pattern string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, t.path, append([]string{"-test.run=^$", "-test.benchmem", "-test.bench=" + pattern}, args...)...)
	command.Dir = t.folder
	out, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", pattern, err, out)
	}
	return string(out), nil
}

// cost measures the time of one benchmark of one goroutine. It is CPU time: the
// benchmark waits for nobody.
func (t testBinary) cost(pattern string) func(context.Context) (load.Sample, error) {
	return func(ctx context.Context) (load.Sample, error) {
		out, err := t.run(ctx, pattern, "-test.benchtime=500ms")
		if err != nil {
			return load.Sample{}, err
		}
		const nanos, thousand = 1e9, 1000
		ns, err := metric(out, "ns/op")
		return load.Sample{Cost: ns / nanos * thousand}, err
	}
}

// metric finds the first number with that unit in what benchmarks print.
func metric(out, unit string) (float64, error) {
	match := regexp.MustCompile(`([\d.]+) ` + regexp.QuoteMeta(unit)).FindStringSubmatch(out)
	if match == nil {
		return 0, fmt.Errorf("no %s in:\n%s", unit, out)
	}
	return strconv.ParseFloat(match[1], 64)
}
