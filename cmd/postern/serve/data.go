package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/seal"
	"github.com/postern-dev/postern/store"
)

// data is where documents are kept; the zero data is nowhere.
type data struct {
	store     *store.Store
	documents *documents.Service
	sealer    *seal.Sealer
	feed      *feed.Hub
}

// cursorSecret names the secret that makes cursors opaque.
const cursorSecret = "cursors"

// openData opens the database and makes it fit the collections. Without
// collections and sessions nothing is opened.
func openData(ctx context.Context, settings config.Settings, options Options, log *slog.Logger) (data, error) {
	collections := options.Collections
	if len(collections) == 0 && !settings.Session.On() {
		return data{}, nil
	}
	s, err := store.Open(ctx, settings.DatabaseURL, store.Options{
		Durability: store.Durability(settings.Durability), Log: log,
		KeepFor: settings.KeepChangesFor, KeepChanges: int64(settings.KeepChanges),
		CacheBytes: settings.DocumentCache, Watch: options.watcher(),
	})
	if err != nil {
		return data{}, fmt.Errorf("open the database (DATABASE_URL): %w", err)
	}
	if file, exposed := store.ExposedFile(settings.DatabaseURL); exposed {
		log.Warn("the database is open to others: "+file.Says, "mend", file.Mend)
	}
	d := data{store: s}
	if err := s.Declare(ctx, collections); err != nil {
		return data{}, errors.Join(fmt.Errorf("make the database fit the collections: %w", err), s.Close())
	}
	secrets, err := s.Secret(ctx, cursorSecret)
	if err == nil {
		d.sealer, err = seal.New(secrets...)
	}
	if err != nil {
		return data{}, errors.Join(fmt.Errorf("read the database's secrets: %w", err), s.Close())
	}
	if len(collections) > 0 {
		if err := d.openDocuments(ctx, settings, options, log); err != nil {
			return data{}, errors.Join(err, s.Close())
		}
	}
	if err := s.Attend(ctx); err != nil {
		return data{}, errors.Join(fmt.Errorf("join the other servers of the database: %w", err), s.Close())
	}
	return d, nil
}

func (d *data) openDocuments(ctx context.Context, settings config.Settings, options Options, log *slog.Logger) (err error) {
	d.documents = documents.New(d.store, options.Collections, documentLimits(settings))
	if err := d.documents.Seed(ctx, options.Seeds); err != nil {
		return fmt.Errorf("fill the database with documents to begin with: %w", err)
	}
	if d.feed, err = feed.New(ctx, d.store, options.Collections, log); err != nil {
		return fmt.Errorf("begin the change feed: %w", err)
	}
	return nil
}

// servers tells among how many servers the work is divided.
func (d data) servers() int {
	if d.store == nil {
		return 1
	}
	return d.store.Servers()
}

func (d data) writable() bool { return d.store == nil || d.store.Writable() }

// spend is how a proof is spent for all servers of the database; nil where there
// is none.
func (d data) spend() func(context.Context, *collection.Proof) error {
	if d.store == nil {
		return nil
	}
	return func(ctx context.Context, proof *collection.Proof) error {
		return d.store.Write(ctx, func(tx collection.Tx) error { return tx.Spend(proof) })
	}
}

func (d data) close() error {
	if d.store == nil {
		return nil
	}
	return d.store.Close()
}

func documentLimits(settings config.Settings) documents.Limits {
	return documents.Limits{Document: int(settings.MaxDocument), Batch: settings.MaxBatch, Kept: settings.KeepAnswers}
}

func queryLimits(settings config.Settings) query.Limits {
	return query.Limits{Filters: settings.MaxFilters, In: settings.MaxIn, PageSize: settings.PageSize,
		MaxPageSize: settings.MaxPage, Scanned: settings.MaxScan}
}

// renamed are the former names of issuers, whose subjects keep what they own.
func renamed(settings config.Settings) map[string]string {
	names := map[string]string{}
	for _, issuer := range settings.Issuers {
		for _, former := range issuer.Formerly {
			names[former] = issuer.URL
		}
	}
	return names
}
