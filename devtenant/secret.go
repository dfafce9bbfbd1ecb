package devtenant

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

const secretBytes = 32

// WriteSecret makes a new secret for the tenant on port and leaves it where
// [ReadSecret] finds it: a file for this user's eyes only in the folder
// postern of cache. An empty cache means [os.UserCacheDir]. A file of an
// earlier run is replaced, so call it once the port is yours.
//
// Call remove when the tenant ends. It leaves the file of a later run alone.
func WriteSecret(cache, port string) (secret string, remove func() error, err error) {
	path, err := secretPath(cache, port)
	if err != nil {
		return "", nil, fmt.Errorf("write the tenant's secret: %w", err)
	}
	raw := make([]byte, secretBytes)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	secret = base64.RawURLEncoding.EncodeToString(raw)
	if err := writePrivate(path, secret); err != nil {
		return "", nil, fmt.Errorf("write the tenant's secret: %w", err)
	}
	return secret, func() error { return removeIfStill(path, secret) }, nil
}

// ReadSecret returns the secret of the tenant at tenantURL, which must be http
// on this machine's own names. The error says what to do when there is none.
// A file that others can read or write, and one that is not a plain file, is
// refused.
func ReadSecret(cache, tenantURL string) (string, error) {
	at, err := parseLoopback(tenantURL)
	if err != nil {
		return "", fmt.Errorf("tenant: %w", err)
	}
	path, err := secretPath(cache, at.port)
	if err != nil {
		return "", fmt.Errorf("read the tenant's secret: %w", err)
	}
	secret, err := readPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("no development tenant of yours has left a secret for port %s: is `postern dev` running? (%w)", at.port, err)
	}
	if err != nil {
		return "", fmt.Errorf("read the tenant's secret: %w", err)
	}
	return secret, nil
}

func secretPath(cache, port string) (string, error) {
	if err := checkPort(port); err != nil {
		return "", fmt.Errorf("%q: %w", port, err)
	}
	if cache == "" {
		var err error
		if cache, err = os.UserCacheDir(); err != nil {
			return "", err
		}
	}
	return filepath.Join(cache, "postern", "tenant-"+port+".secret"), nil
}

// writePrivate puts text into place in one step: a reader sees the former
// file or the whole new one, and a link that waits at path is replaced, not
// followed.
func writePrivate(path, text string) error {
	folder := filepath.Dir(path)
	if err := privateFolder(folder); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".tenant-*") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// privateFolder makes the folder, or closes to others one that is there. Only
// its owner can change its mode, so a stranger's folder ends in an error.
func privateFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is a link, not a folder", folder)
	}
	return os.Chmod(folder, 0o700)
}

// readPrivate opens what it has looked at and nothing else: the comparison
// after opening shows a file that was exchanged in between.
func readPrivate(path string) (string, error) {
	seen, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	if !seen.Mode().IsRegular() || openToOthers(seen) {
		return "", fmt.Errorf("%s must be a plain file that only you can read (mode 0600), not %s: remove it and restart `postern dev`", path, seen.Mode())
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || !os.SameFile(seen, opened) || openToOthers(opened) {
		return "", errors.Join(fmt.Errorf("%s was exchanged while it was read", path), err)
	}
	return decodeSecret(f)
}

// openToOthers is about mode bits, which Windows does not have: there the
// cache folder's access list keeps others out.
func openToOthers(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}

// decodeSecret takes exactly what WriteSecret writes.
func decodeSecret(r io.Reader) (string, error) {
	want := base64.RawURLEncoding.EncodedLen(secretBytes)
	text, err := io.ReadAll(io.LimitReader(r, int64(want)+1))
	if err != nil {
		return "", err
	}
	if raw, err := base64.RawURLEncoding.DecodeString(string(text)); err != nil || len(raw) != secretBytes {
		return "", errors.New("the file does not hold a secret: restart `postern dev`")
	}
	return string(text), nil
}

// removeIfStill removes the file unless a later run has replaced it.
func removeIfStill(path, secret string) error {
	if now, err := readPrivate(path); err != nil || now != secret {
		return nil
	}
	return os.Remove(path)
}
