//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockFile keeps a second server from the database. It locks a file of its
// own: SQLite's locks on the database would be gone as soon as any descriptor
// of that is closed. The file stays when the server ends; the lock does not.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrInUse
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
