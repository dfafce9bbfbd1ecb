package store

import (
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

// TestAPoolerThatDropsSettingsIsRefused starts behind poolers as PgBouncer is one:
// it knows few settings, and refuses the others or drops them, as it is told.
func TestAPoolerThatDropsSettingsIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		starts func(*pgproto3.StartupMessage) pgproto3.BackendMessage
		more   string
		err    error
	}{
		{"one that refuses them", func(*pgproto3.StartupMessage) pgproto3.BackendMessage {
			return &pgproto3.ErrorResponse{Severity: "FATAL", Code: protocolViolation, Message: "unsupported startup parameter: statement_timeout"}
		}, "", errPooler},
		{"one that drops them", func(m *pgproto3.StartupMessage) pgproto3.BackendMessage {
			delete(m.Parameters, "statement_timeout")
			return nil
		}, "", errPooler},
		{"one that drops what is not wanted", func(m *pgproto3.StartupMessage) pgproto3.BackendMessage {
			delete(m.Parameters, "statement_timeout")
			return nil
		}, "&statement_timeout=0", nil},
		{"one that passes them on", func(*pgproto3.StartupMessage) pgproto3.BackendMessage { return nil }, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Open(t.Context(), pooled(t, postgreses.url(t), tt.starts)+tt.more, Options{Log: quiet})
			if err == nil {
				_ = s.Close()
			}
			if !errors.Is(err, tt.err) || err != nil && Passes(err) {
				t.Errorf("got %v; it may pass: %t", err, Passes(err))
			}
		})
	}
}

// pooled is the address of a pooler before the database, which does with the
// beginning of each connection what starts says.
func pooled(t *testing.T, to string, starts func(*pgproto3.StartupMessage) pgproto3.BackendMessage) string {
	t.Helper()
	there, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	socket := filepath.Join(there.Query().Get("host"), ".s.PGSQL.5432")
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go pool(client, socket, starts)
		}
	}()
	there.Host, there.RawQuery = listener.Addr().String(), "sslmode=disable"
	return there.String()
}

func pool(client net.Conn, socket string, starts func(*pgproto3.StartupMessage) pgproto3.BackendMessage) {
	defer func() { _ = client.Close() }()
	backend := pgproto3.NewBackend(client, client)
	message, err := backend.ReceiveStartupMessage()
	startup, ok := message.(*pgproto3.StartupMessage)
	if err != nil || !ok { // a request to cancel, which nobody here makes
		return
	}
	if refusal := starts(startup); refusal != nil {
		backend.Send(refusal)
		_ = backend.Flush()
		return
	}
	database, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer func() { _ = database.Close() }()
	begin, err := startup.Encode(nil)
	if err != nil {
		return
	}
	if _, err := database.Write(begin); err != nil {
		return
	}
	go func() { _, _ = io.Copy(client, database); _ = client.Close() }()
	_, _ = io.Copy(database, client)
}
