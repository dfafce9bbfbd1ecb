package load

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// Measure runs wrk once, with 64 connections, and returns the server's CPU
// seconds a thousand requests, and the requests a second. One answer that is
// not 2xx spoils it. The script is one for wrk, the path that of the requests
// unless the script makes its own.
func (s *Server) Measure(ctx context.Context, script, path string, seconds int) (cost, rate float64, err error) {
	costs, rate, err := s.MeasureAll(ctx, script, path, seconds, s.CPU)
	if err != nil {
		return 0, 0, err
	}
	return costs[0], rate, nil
}

// MeasureAll is Measure for several processes: each of used returns the CPU
// seconds that one has used so far.
func (s *Server) MeasureAll(ctx context.Context, script, path string, seconds int, used ...func() (float64, error)) (costs []float64, rate float64, err error) {
	before, err := each(used)
	if err != nil {
		return nil, 0, err
	}
	out, err := exec.CommandContext(ctx, "wrk", "-t1", "-c64", "-d"+strconv.Itoa(seconds)+"s", "-s", script,
		"http://"+s.Address+path).CombinedOutput()
	if err != nil {
		return nil, 0, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	after, err := each(used)
	if err != nil {
		return nil, 0, err
	}
	if strings.Contains(string(out), "Non-2xx") {
		return nil, 0, fmt.Errorf("%s: not every answer was good\n%s", path, out)
	}
	requests, err := number(`(\d+) requests in`, string(out))
	if err != nil {
		return nil, 0, err
	}
	if rate, err = number(`Requests/sec:\s+([\d.]+)`, string(out)); err != nil {
		return nil, 0, err
	}
	for i := range used {
		costs = append(costs, (after[i]-before[i])/requests*1000)
	}
	return costs, rate, nil
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

func number(pattern, text string) (float64, error) {
	match := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if match == nil {
		return 0, fmt.Errorf("no %s in:\n%s", pattern, text)
	}
	return strconv.ParseFloat(match[1], 64)
}

// CPU is the user and system time that the server has used, in seconds.
func (s *Server) CPU() (float64, error) {
	fields, err := statOf(s.command.Process.Pid)
	if err != nil {
		return 0, err
	}
	return ticks(fields[userTime:childUserTime])
}

// Memory is what the server holds of the machine's memory, in bytes.
func (s *Server) Memory() (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	kib, err := number(`VmRSS:\s+(\d+) kB`, string(raw))
	return int64(kib) << 10, err
}
