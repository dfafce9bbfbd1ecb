package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// seek is one term of a condition, in the numbers of the database.
type seek struct {
	owner  *numbered
	naming []naming
}

// numbered is a person.
type numbered struct {
	issuer  int64
	subject string
}

// naming asks that the document names the person at a path.
type naming struct {
	path int64
	numbered
}

func (s seek) isAlways() bool { return s.owner == nil && len(s.naming) == 0 }

// seeks translates the condition. Terms that nothing in this database can meet
// are left out, those that say the same come once.
func (s *Store) seeks(on session, table *table, visible collection.Condition) ([]seek, error) {
	if visible.IsAlways() {
		return []seek{{}}, nil
	}
	var list []seek
	for _, term := range visible.Terms() {
		found, possible, err := s.seek(on, table, term)
		if err != nil {
			return nil, err
		}
		if possible && !slices.ContainsFunc(list, found.equal) {
			list = append(list, found)
		}
	}
	return list, nil
}

func (s *Store) seek(on session, table *table, term collection.Term) (found seek, possible bool, err error) {
	for _, atom := range term {
		issuer, known, err := s.issuerNumber(on, atom.Person.Issuer)
		if err != nil || !known {
			return seek{}, false, err
		}
		who := numbered{issuer, atom.Person.Subject}
		if atom.Path != nil {
			column, ok := table.find(kindMember, atom.Path, formPlain)
			if !ok || column.state != stateLive {
				return seek{}, false, fmt.Errorf("collection %s: nobody keeps whom %s names", table.name, atom.Path)
			}
			found.naming = append(found.naming, naming{column.no, who})
			continue
		}
		if atom.Person.IsNobody() || found.owner != nil && *found.owner != who {
			return seek{}, false, nil
		}
		found.owner = &who
	}
	return found, true, nil
}

func (s seek) equal(other seek) bool {
	same := s.owner == nil && other.owner == nil || s.owner != nil && other.owner != nil && *s.owner == *other.owner
	return same && slices.Equal(s.naming, other.naming)
}

// statement is a statement in the making, with its arguments.
type statement struct {
	strings.Builder
	args []any
}

// add appends text.
func (q *statement) add(text string) { q.WriteString(text) }

// arg returns the place of one more argument.
func (q *statement) arg(value any) string {
	q.args = append(q.args, value)
	return "$" + strconv.Itoa(len(q.args))
}

// filters writes what the seek asks of the document t.
func (q *statement) filters(table *table, s seek) []string {
	var all []string
	if s.owner != nil {
		all = append(all, "t.owner_iss = "+q.arg(s.owner.issuer), "t.owner_sub = "+q.arg(s.owner.subject))
	}
	for _, n := range s.naming {
		all = append(all, "EXISTS (SELECT 1 FROM "+table.members+" AS n WHERE n.path = "+q.arg(n.path)+
			" AND n.iss = "+q.arg(n.issuer)+" AND n.sub = "+q.arg(n.subject)+" AND n.id = t.id)")
	}
	return all
}
