package load

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// Headers is the beginning of each wrk script. Every request has an Origin, as
// those of a single-page app do, and a client's address, as those behind a
// balancer do, so that public routes are counted as well. At the end wrk says
// what it saw in a form that a program reads.
const Headers = `wrk.headers["Origin"] = "http://localhost:4040"
wrk.headers["X-Forwarded-For"] = "203.0.113.7"
function done(summary, latency, requests)
  io.write(string.format('measured {"Requests":%d,"Micros":%d,"Bad":%d,"Broken":%d,"P50":%d,"P99":%d}\n',
    summary.requests, summary.duration, summary.errors.status, summary.errors.connect + summary.errors.read +
    summary.errors.write + summary.errors.timeout, latency:percentile(50), latency:percentile(99)))
end
`

// Sample is what one run of wrk measured.
type Sample struct {
	// Cost is CPU time of the server, in seconds for 1,000 requests.
	Cost float64 `json:"cpu"`
	// Rate is answers a second.
	Rate float64 `json:"rate"`
	// P50 and P99 are what half of the requests, and 99 of 100, waited at most,
	// in milliseconds.
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

// connections is how many clients there are.
const connections = 64

// Sample runs wrk once. One answer that is not 2xx spoils it. The script is one
// for wrk, the path that of the requests unless the script makes its own.
func (s *Server) Sample(ctx context.Context, script, path string, seconds int) (Sample, error) {
	_, sample, err := s.sample(ctx, script, path, seconds, s.CPU)
	return sample, err
}

// Measure is Sample with the server's CPU seconds a thousand requests and the
// requests a second only.
func (s *Server) Measure(ctx context.Context, script, path string, seconds int) (cost, rate float64, err error) {
	sample, err := s.Sample(ctx, script, path, seconds)
	return sample.Cost, sample.Rate, err
}

// MeasureAll is Measure for several processes: each of used returns the CPU
// seconds that one has used so far.
func (s *Server) MeasureAll(ctx context.Context, script, path string, seconds int, used ...func() (float64, error)) (costs []float64, rate float64, err error) {
	costs, sample, err := s.sample(ctx, script, path, seconds, used...)
	return costs, sample.Rate, err
}

// report is what wrk says at the end.
type report struct{ Requests, Micros, Bad, Broken, P50, P99 float64 }

var reported = regexp.MustCompile(`measured (\{.*\})`)

func (s *Server) sample(ctx context.Context, script, path string, seconds int, used ...func() (float64, error)) (costs []float64, sample Sample, err error) {
	before, err := each(used)
	if err != nil {
		return nil, sample, err
	}
	out, err := exec.CommandContext(ctx, "wrk", "-t1", "-c"+strconv.Itoa(connections), "-d"+strconv.Itoa(seconds)+"s",
		"--timeout", "30s", "-s", script, "http://"+s.Address+path).CombinedOutput()
	if err != nil {
		return nil, sample, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	after, err := each(used)
	if err != nil {
		return nil, sample, err
	}
	match := reported.FindSubmatch(out)
	if match == nil {
		return nil, sample, fmt.Errorf("wrk says nothing that can be read:\n%s", out)
	}
	var r report
	if err := json.Unmarshal(match[1], &r); err != nil {
		return nil, sample, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	if r.Bad+r.Broken > 0 || r.Requests == 0 {
		return nil, sample, fmt.Errorf("%s: not every answer was good\n%s", path, out)
	}
	for i := range used {
		costs = append(costs, (after[i]-before[i])/r.Requests*1000)
	}
	const micros, millis = 1e6, 1e3
	return costs, Sample{Cost: costs[0], Rate: r.Requests / r.Micros * micros, P50: r.P50 / millis, P99: r.P99 / millis}, nil
}

func each(used []func() (float64, error)) (seconds []float64, err error) {
	for _, u := range used {
		s, err := u()
		if err != nil {
			return nil, err
		}
		seconds = append(seconds, s)
	}
	return seconds, nil
}
