package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ticksPerSecond is the unit of CPU time in /proc, the same on every Linux
// that Go supports.
const ticksPerSecond = 100

// Places in what /proc/PID/stat has behind the name, see proc_pid_stat(5):
// user and system time, then those of children that ended.
const (
	parent        = 1
	userTime      = 11
	childUserTime = 13
	behindTimes   = 15
)

// FamilyCPU is the user and system time, in seconds, that the process and its
// children have used, those that ended included. PostgreSQL has a process for
// each connection.
func FamilyCPU(pid int) (float64, error) {
	fields, err := statOf(pid)
	if err != nil {
		return 0, err
	}
	total, err := ticks(fields[userTime:behindTimes])
	if err != nil {
		return 0, err
	}
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0, err
	}
	for _, folder := range all {
		n, _ := strconv.Atoi(filepath.Base(folder)) // digits, as the pattern says
		fields, err := statOf(n)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // it ended while we looked
		}
		if err != nil {
			return 0, err
		}
		if fields[parent] == strconv.Itoa(pid) {
			used, err := ticks(fields[userTime:behindTimes])
			if err != nil {
				return 0, err
			}
			total += used
		}
	}
	return total, nil
}

// statOf reads the fields behind the process's name.
func statOf(pid int) ([]string, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	// The name in parentheses may have blanks and parentheses; what follows
	// has not.
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
	if len(fields) < behindTimes {
		return nil, errors.New("/proc has another form than expected")
	}
	return fields, nil
}

func ticks(fields []string) (seconds float64, err error) {
	for _, f := range fields {
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return 0, err
		}
		seconds += n / ticksPerSecond
	}
	return seconds, nil
}
