// Package notes has the documents that are measured, and the wrk scripts that
// call for them.
package notes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/yamltree"
)

// Declaration is what is measured: documents of a user's own, with an index
// that pages follow.
const Declaration = `collections:
  notes:
    schema:
      type: object
      required: [title]
      additionalProperties: false
      properties:
        title: {type: string, maxLength: 200}
        project: {type: string}
        due: {type: string, format: date-time}
        done: {type: boolean}
        text: {type: string}
    owner: true
    read: owner
    write: owner
    indexes: [[project, -due]]
`

// words are the text of each note.
const words = "words and more words and more words and more words and more words and more words and more " +
	"words and more words and more words and more words and more words and more words and more "

// together is how many documents are stored in one transaction.
const together = 2000

// Called tells whether the document of that number is one that scripts call
// for: a tenth of them, in stretches.
func Called(i int) bool { return i%together < together/10 }

// Fill stores documents of one user of the issuer, ada, in ten projects and
// returns the ids of those that are called for.
func Fill(ctx context.Context, url, issuer string, documents int) (ids []string, err error) {
	tree, _ := yamltree.Read([]byte(Declaration))
	declared, mistakes := declare.Read(declare.Source{Collections: tree.Members[0].Value, File: "postern.yaml"})
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	s, err := store.Open(ctx, url, store.Options{Durability: store.Normal, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Declare(ctx, declared.Collections); err != nil {
		return nil, err
	}
	owner := collection.Owner{Issuer: issuer, Subject: "auth0|ada"}
	for from := 0; from < documents; from += together {
		var batch []*collection.Document
		for i := from; i < min(from+together, documents); i++ {
			d := Note(i)
			d.Owner = owner
			if batch = append(batch, d); Called(i) {
				ids = append(ids, d.ID)
			}
		}
		err := s.Write(ctx, func(tx collection.Tx) error { return tx.InsertAll(declared.Collections[0], batch) })
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// Due is a minute of almost two years.
func Due(minute int) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

// Note is one of those documents, without an owner.
func Note(i int) *collection.Document {
	return &collection.Document{
		ID: uuid.Must(uuid.NewV7()).String(), Version: 1, Birth: "aaaa",
		CreatedAt: collection.Now(), UpdatedAt: collection.Now(),
		Body: jsonvalue.ObjectOf(
			jsonvalue.Member{Name: "title", Value: jsonvalue.String(fmt.Sprintf("Note %d", i))},
			jsonvalue.Member{Name: "project", Value: jsonvalue.String(fmt.Sprintf("project-%d", i%10))},
			jsonvalue.Member{Name: "due", Value: jsonvalue.String(collection.FormatTime(Due(i * 7919 % 1_000_000)))},
			jsonvalue.Member{Name: "done", Value: jsonvalue.Bool(i%3 == 0)},
			jsonvalue.Member{Name: "text", Value: jsonvalue.String(words)},
		),
	}
}
