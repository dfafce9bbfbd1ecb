package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// ticksPerSecond is the unit of CPU time in /proc, the same on every Linux
// that Go supports.
const ticksPerSecond = 100

// Measure runs wrk once, with 64 connections, and returns the server's CPU
// seconds a thousand requests, and the requests a second. One answer that is
// not 2xx spoils it. The script is one for wrk, the path that of the requests
// unless the script makes its own.
func (s *Server) Measure(ctx context.Context, script, path string, seconds int) (cost, rate float64, err error) {
	before, err := s.CPU()
	if err != nil {
		return 0, 0, err
	}
	out, err := exec.CommandContext(ctx, "wrk", "-t1", "-c64", "-d"+strconv.Itoa(seconds)+"s", "-s", script,
		"http://"+s.Address+path).CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	after, err := s.CPU()
	if err != nil {
		return 0, 0, err
	}
	if strings.Contains(string(out), "Non-2xx") {
		return 0, 0, fmt.Errorf("%s: not every answer was good\n%s", path, out)
	}
	requests, err := number(`(\d+) requests in`, string(out))
	if err != nil {
		return 0, 0, err
	}
	if rate, err = number(`Requests/sec:\s+([\d.]+)`, string(out)); err != nil {
		return 0, 0, err
	}
	return (after - before) / requests * 1000, rate, nil
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
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may have blanks; what follows has not.
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("/proc has another form than expected")
	}
	user, err := strconv.ParseFloat(fields[11], 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseFloat(fields[12], 64)
	return (user + system) / ticksPerSecond, err
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
