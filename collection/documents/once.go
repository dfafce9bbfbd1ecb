package documents

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// runOnce does the writes unless their key was used before: then it answers as
// the first time, if the request is the same and the caller may still do it.
func (s *Service) runOnce(tx collection.Tx, caller collection.Caller, once *Idempotency, writes []write) (
	[]Outcome, bool, error) {
	key := once.scoped(caller)
	kept, err := tx.Claim(key)
	if err != nil {
		return nil, false, err
	}
	if kept != nil {
		if kept.Request != once.Request {
			return nil, false, ErrKeyReused
		}
		outcomes, err := s.replay(caller, kept.Answer)
		return outcomes, true, err
	}
	outcomes, err := s.run(tx, writes)
	if err != nil {
		return nil, false, err
	}
	answer, err := encode(outcomes)
	if err != nil {
		return nil, false, err
	}
	err = tx.Keep(key, collection.Kept{Request: once.Request, Answer: answer, Until: time.Now().Add(s.limits.Kept)})
	return outcomes, false, err
}

// replay judges kept outcomes by the rights of today.
func (s *Service) replay(caller collection.Caller, answer []byte) ([]Outcome, error) {
	outcomes, err := s.decode(answer)
	if err != nil {
		return nil, err
	}
	for _, o := range outcomes {
		operation := collection.Update
		switch {
		case o.Created:
			operation = collection.Create
		case o.Op == Delete:
			operation = collection.Delete
		}
		if !o.Collection.Rule(operation).For(caller).Allows(o.Document) {
			return nil, &collection.Denied{Collection: o.Collection, Operation: operation}
		}
	}
	return outcomes, nil
}

// keptOutcome is how an outcome is kept.
type keptOutcome struct {
	Collection string          `json:"c"`
	Op         Op              `json:"o"`
	Created    bool            `json:"n,omitempty"`
	ID         string          `json:"i"`
	Issuer     string          `json:"s,omitempty"`
	Subject    string          `json:"u,omitempty"`
	Version    int64           `json:"v"`
	Birth      string          `json:"b"`
	CreatedAt  time.Time       `json:"t"`
	UpdatedAt  time.Time       `json:"w"`
	Body       json.RawMessage `json:"d"`
}

func encode(outcomes []Outcome) ([]byte, error) {
	kept := make([]keptOutcome, 0, len(outcomes))
	for _, o := range outcomes {
		d := o.Document
		kept = append(kept, keptOutcome{o.Collection.Name, o.Op, o.Created, d.ID, d.Owner.Issuer, d.Owner.Subject,
			d.Version, d.Birth, d.CreatedAt, d.UpdatedAt, d.Body.Append(nil)})
	}
	return json.Marshal(kept)
}

func (s *Service) decode(answer []byte) ([]Outcome, error) {
	var kept []keptOutcome
	if err := json.Unmarshal(answer, &kept); err != nil {
		return nil, fmt.Errorf("read a kept answer: %w", err)
	}
	outcomes := make([]Outcome, 0, len(kept))
	for _, k := range kept {
		c := s.Collection(k.Collection)
		body, err := jsonvalue.Parse(k.Body, jsonvalue.Limits{})
		if err != nil {
			return nil, fmt.Errorf("read a kept document: %w", err)
		}
		if c == nil {
			return nil, ErrNotFound // the collection is declared no more
		}
		outcomes = append(outcomes, Outcome{Collection: c, Op: k.Op, Created: k.Created, Document: &collection.Document{
			ID: k.ID, Owner: collection.Owner{Issuer: k.Issuer, Subject: k.Subject}, Version: k.Version, Birth: k.Birth,
			CreatedAt: k.CreatedAt, UpdatedAt: k.UpdatedAt, Body: body}})
	}
	return outcomes, nil
}
