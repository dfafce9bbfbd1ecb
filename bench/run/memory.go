package main

import (
	"context"
	"errors"
	"time"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
)

// Names of figures of memory, in MiB, and of starts, in milliseconds. Of what
// is resident, private is what the file of documents has no part in.
const (
	withTokens, withTokensPrivate       = "tokens MiB", "tokens private MiB"
	withDocuments, withDocumentsPrivate = "documents MiB", "documents private MiB"
	documentsStored                     = "documents"
	firstAnswer, firstAnswerOf          = "start ms", "start documents"
)

// starts is how often the server is started.
const starts = 11

// memory measures what the server holds with warm tokens and open connections,
// and among many documents, and how soon it answers.
func (b *bench) memory(ctx context.Context, r *result) error {
	r.Rounds, r.Seconds = 0, 0
	w, err := load.OpenWorld(ctx, b.folder, issuer)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := b.tokenMemory(ctx, w, r); err != nil {
		return err
	}
	if err := b.documentMemory(ctx, w, r); err != nil {
		return err
	}
	return b.start(ctx, w, r)
}

// tokenMemory asks with all tokens in turn, on 64 connections.
func (b *bench) tokenMemory(ctx context.Context, w *load.World, r *result) error {
	scripts, err := writeTokens(w)
	if err != nil {
		return err
	}
	folder, err := w.Declare("memory", "")
	if err != nil {
		return err
	}
	s, err := w.Serve(ctx, folder, "127.0.0.1:16071")
	if err != nil {
		return err
	}
	return highest(ctx, s, r, withTokens, withTokensPrivate, func() error {
		_, err := s.Sample(ctx, scripts["many"], protectedPath, 2*b.seconds)
		return err
	})
}

// documentMemory asks for documents in all ways, among as many as there are.
func (b *bench) documentMemory(ctx context.Context, w *load.World, r *result) error {
	sizes := b.sizes()
	most := sizes[len(sizes)-1]
	folder, ids, err := b.filled(ctx, w, most)
	if err != nil {
		return err
	}
	scripts, err := notes.Postern(w.Issuer.Token(nil)).Scripts(folder, ids)
	if err != nil {
		return err
	}
	s, err := w.Serve(ctx, folder, "127.0.0.1:16072")
	if err != nil {
		return err
	}
	c := newCaller(s, w.Issuer.Token(nil), ids)
	if err := c.fallBehind(ctx); err != nil {
		return err
	}
	r.figure(documentsStored, float64(most))
	err = highest(ctx, s, r, withDocuments, withDocumentsPrivate, func() error {
		for _, script := range []string{"read", "list", "create"} {
			if _, err := s.Sample(ctx, scripts[script], "/", b.seconds); err != nil {
				return err
			}
		}
		for _, kind := range grownKinds { // anywhere in the file
			if _, err := c.measure(kind, each[kind])(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, s.Stop()) // the next one may want the same file
}

// highest notes the most that the server held while work ran.
func highest(ctx context.Context, s *load.Server, r *result, resident, private string, work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return errors.Join(<-done, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
		for name, measure := range map[string]func() (int64, error){resident: s.Memory, private: s.Private} {
			bytes, err := measure()
			if err != nil {
				return errors.Join(err, <-done)
			}
			r.figure(name, max(r.Figures[name], float64(bytes)/(1<<20)))
		}
	}
}

// start measures from the start of the program to its first 200 for a document,
// with a file that the machine has in memory.
func (b *bench) start(ctx context.Context, w *load.World, r *result) error {
	size := min(1_000_000, b.most)
	folder, ids, err := b.filled(ctx, w, size)
	if err != nil {
		return err
	}
	p := w.Program(folder, "127.0.0.1:16073")
	p.Ready, p.Token, p.Every = "/api/v1/notes/"+ids[len(ids)/2], w.Issuer.Token(nil), time.Millisecond
	var took []float64
	for range starts {
		began := time.Now()
		s, err := load.Launch(ctx, p)
		if err != nil {
			return err
		}
		took = append(took, float64(time.Since(began))/float64(time.Millisecond))
		if err := s.Stop(); err != nil {
			return err
		}
	}
	r.figure(firstAnswer, load.Median(took))
	r.figure(firstAnswerOf, float64(size))
	return nil
}
