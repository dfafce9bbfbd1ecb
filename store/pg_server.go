package store

import (
	"context"
	"errors"
	"fmt"
)

// errPooler is of an address at which a pooler answers that drops what connections
// ask for. It may give each transaction another connection: prepared statements are
// then those of others, and a statement that hangs is never cut off.
var errPooler = errors.New("a connection pooler stands before the database and drops the settings of connections (statement_timeout): " +
	"give the address of the database itself, since Postern keeps connections of its own")

// checkServer refuses databases that cannot keep every text, and poolers that drop
// what was asked for.
func (p *postgres) checkServer(ctx context.Context, asked map[string]string) error {
	var encoding, timeout string
	err := p.read(ctx, func(on session) error {
		_, err := one(on, `SELECT current_setting('server_encoding'),
			COALESCE((SELECT setting FROM pg_settings WHERE name = 'statement_timeout'), '')`, nil, &encoding, &timeout)
		return err
	})
	switch {
	case stateOf(err) == protocolViolation:
		return fmt.Errorf("%w: %w", errPooler, err)
	case err != nil:
		return err
	case timeout == "0" && asked["statement_timeout"] != "0":
		return errPooler
	case encoding != "UTF8":
		return fmt.Errorf("its encoding is %s and has to be UTF8", encoding)
	}
	return nil
}
