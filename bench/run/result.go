package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/postern-dev/postern/bench/load"
)

// result is what one phase measured, as it is written down.
type result struct {
	Date    string `json:"date"`
	Machine string `json:"machine"`
	// Settings say how it was measured.
	Rounds  int `json:"rounds"`
	Seconds int `json:"seconds"`
	// Rows have the samples of each round, so that anybody can work out again
	// what the documents say.
	Rows    []*row             `json:"rows"`
	Figures map[string]float64 `json:"figures,omitempty"`
	// Skipped is what is not there, and why.
	Skipped map[string]string `json:"skipped,omitempty"`
}

// row is one kind of request to one server. The samples stand in the order of
// the rounds, which all rows of a phase share.
type row struct {
	Server  string        `json:"server"`
	Kind    string        `json:"kind"`
	Samples []load.Sample `json:"samples"`
	// Memory is what the server held at the end, in MiB.
	Memory float64 `json:"memory,omitempty"`
}

// of finds a row, or nil where it was not measured.
func (r *result) of(server, kind string) *row {
	for _, row := range r.Rows {
		if row.Server == server && row.Kind == kind && len(row.Samples) > 0 {
			return row
		}
	}
	return nil
}

// add returns a new row.
func (r *result) add(server, kind string) *row {
	row := &row{Server: server, Kind: kind}
	r.Rows = append(r.Rows, row)
	return row
}

// skip notes why something is not measured.
func (r *result) skip(what string, err error) {
	if r.Skipped == nil {
		r.Skipped = map[string]string{}
	}
	r.Skipped[what] = err.Error()
}

// figure notes one number beside the rows.
func (r *result) figure(name string, value float64) {
	if r.Figures == nil {
		r.Figures = map[string]float64{}
	}
	r.Figures[name] = value
}

// take takes one number of a sample.
type take func(load.Sample) float64

func cost(s load.Sample) float64 { return s.Cost }
func rate(s load.Sample) float64 { return s.Rate }
func p50(s load.Sample) float64  { return s.P50 }
func p99(s load.Sample) float64  { return s.P99 }

// median of the rounds.
func (r *row) median(of take) float64 {
	var all []float64
	for _, s := range r.Samples {
		all = append(all, of(s))
	}
	return load.Median(all)
}

// ratio is the median of what each round says: machines are never quiet, and
// what disturbs a round disturbs both.
func ratio(a, b *row, of take) float64 {
	return against(a, of, func(round int) float64 { return of(b.Samples[round]) })
}

// against is ratio with anything that a round has.
func against(a *row, of take, other func(round int) float64) float64 {
	var all []float64
	for round, s := range a.Samples {
		all = append(all, of(s)/other(round))
	}
	return load.Median(all)
}

// save writes what a phase measured.
func (r *result) save(folder, phase string) error {
	raw, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, phase+".json"), append(raw, '\n'), 0o644))
}

// read returns what a phase measured before, or nil.
func read(folder, phase string) (*result, error) {
	raw, err := os.ReadFile(filepath.Join(folder, phase+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &result{}
	return r, json.Unmarshal(raw, r)
}
