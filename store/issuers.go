package store

import (
	"fmt"
	"sync"
)

// issuers knows the number of each issuer whose row is committed. A number
// never changes and is never used again. The number 0 is no issuer.
type issuers struct {
	mu      sync.RWMutex
	numbers map[string]int64
	urls    map[int64]string
}

func (i *issuers) number(url string) (no int64, known bool) {
	if url == "" {
		return 0, true
	}
	i.mu.RLock()
	defer i.mu.RUnlock()
	no, known = i.numbers[url]
	return no, known
}

func (i *issuers) url(no int64) (url string, known bool) {
	if no == 0 {
		return "", true
	}
	i.mu.RLock()
	defer i.mu.RUnlock()
	url, known = i.urls[no]
	return url, known
}

// add is told of rows that are committed, and of no others: were one rolled
// back, its number would come to mean somebody else.
func (i *issuers) add(numbers map[string]int64) {
	if len(numbers) == 0 {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.numbers == nil {
		i.numbers, i.urls = map[string]int64{}, map[int64]string{}
	}
	for url, no := range numbers {
		i.numbers[url], i.urls[no] = no, url
	}
}

// registrar finds issuers for one session.
type registrar interface {
	// issuerNumber returns 0 and false for an issuer of whom nothing is kept.
	issuerNumber(on session, url string) (no int64, known bool, err error)
	issuerURL(on session, no int64) (string, error)
}

// issuerNumber is for sessions that see only what is committed.
func (s *Store) issuerNumber(on session, url string) (no int64, known bool, err error) {
	if no, known = s.issuers.number(url); known {
		return no, true, nil
	}
	known, err = one(on, `SELECT no FROM issuers WHERE url = $1`, []any{url}, &no)
	if known && err == nil {
		s.issuers.add(map[string]int64{url: no})
	}
	return no, known, err
}

// issuerURL is for sessions that see only what is committed.
func (s *Store) issuerURL(on session, no int64) (string, error) {
	if url, known := s.issuers.url(no); known {
		return url, nil
	}
	url, err := urlOf(on, no)
	if err == nil {
		s.issuers.add(map[string]int64{url: no})
	}
	return url, err
}

func urlOf(on session, no int64) (url string, err error) {
	found, err := one(on, `SELECT url FROM issuers WHERE no = $1`, []any{no}, &url)
	if err == nil && !found {
		err = fmt.Errorf("issuer number %d is missing in the database", no)
	}
	return url, err
}

// issuerNumber is for transactions; what they find may be rolled back.
func (t *tx) issuerNumber(on session, url string) (no int64, known bool, err error) {
	if no, known = t.store.issuers.number(url); known {
		return no, true, nil
	}
	if no, known = t.issuers[url]; known {
		return no, true, nil
	}
	known, err = one(on, `SELECT no FROM issuers WHERE url = $1`, []any{url}, &no)
	if known && err == nil {
		t.keepIssuer(url, no)
	}
	return no, known, err
}

func (t *tx) issuerURL(on session, no int64) (string, error) {
	if url, known := t.store.issuers.url(no); known {
		return url, nil
	}
	return urlOf(on, no)
}

// register returns the issuer's number, and gives it one where it has none.
// Another transaction may give it one, or take the number, at the same time;
// then this one waits for it and looks again.
func (t *tx) register(url string) (int64, error) {
	for range 100 {
		no, known, err := t.issuerNumber(t.on, url)
		if known || err != nil {
			return no, err
		}
		_, err = t.on.exec(`INSERT INTO issuers (no, url) SELECT coalesce(max(no), 0) + 1, $1 FROM issuers
			WHERE true ON CONFLICT DO NOTHING`, url)
		if err != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("no number is free for issuer %s", url)
}

func (t *tx) keepIssuer(url string, no int64) {
	if t.issuers == nil {
		t.issuers = map[string]int64{}
	}
	t.issuers[url] = no
}
