package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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

// CPU is the user and system time that the server's processes have used, in
// seconds.
func (s *Server) CPU() (float64, error) { return FamilyCPU(s.command.Process.Pid) }

// Memory is what the server's processes hold of the machine's memory, in bytes;
// what several of them share counts once.
func (s *Server) Memory() (int64, error) {
	pids := family(s.command.Process.Pid)
	if len(pids) == 1 {
		return memory(pids[0], "status", "VmRSS")
	}
	total := int64(0)
	for _, pid := range pids {
		part, err := memory(pid, "smaps_rollup", "Pss")
		if isGone(err) {
			continue
		}
		if err != nil {
			return 0, err
		}
		total += part
	}
	return total, nil
}

// Private is what the server's first process holds that is not of a file, in
// bytes. The machine takes back the rest when it needs it.
func (s *Server) Private() (int64, error) { return memory(s.command.Process.Pid, "status", "RssAnon") }

func memory(pid int, file, name string) (bytes int64, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
	if err != nil {
		return 0, err
	}
	match := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(raw)
	if match == nil {
		return 0, fmt.Errorf("no %s in:\n%s", name, raw)
	}
	kib, err := strconv.ParseInt(string(match[1]), 10, 64)
	return kib << 10, err
}

// FamilyCPU is the user and system time, in seconds, that the process and its
// children have used, those that ended included. PostgreSQL has a process for
// each connection.
func FamilyCPU(pid int) (total float64, err error) {
	for _, member := range family(pid) {
		fields, err := statOf(member)
		if member != pid && isGone(err) {
			continue // it ended while we looked
		}
		if err != nil {
			return 0, err
		}
		used, err := ticks(fields[userTime:behindTimes])
		if err != nil {
			return 0, err
		}
		total += used
	}
	return total, nil
}

// family is the process and its children.
func family(pid int) []int {
	list := []int{pid}
	all, _ := filepath.Glob("/proc/[0-9]*") // the pattern is a good one
	for _, folder := range all {
		n, _ := strconv.Atoi(filepath.Base(folder)) // digits, as the pattern says
		if fields, err := statOf(n); err == nil && fields[parent] == strconv.Itoa(pid) {
			list = append(list, n)
		}
	}
	return list
}

func isGone(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) }

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
