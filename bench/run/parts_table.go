package main

import "fmt"

func partsSection(r *result) string {
	t := newTable("documents a second", "through the store, a transaction each, 64 clients", "by the driver alone, 64 a transaction", "part")
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		creates, plains := r.Figures[storeCreates+name], r.Figures[storePlains+name]
		if creates > 0 && plains > 0 {
			t.line(name, short(creates), short(plains), short(creates/plains))
		}
	}
	return measured(r) + "\n" + fmt.Sprintf("A token seen before is checked in %s ns.\n\n", short(r.Figures[hitTime])) + t.String() + "\n" + barTable([]bar{
		atMost("heap allocations, a whole request that hits the token cache", 25, r.Figures[hitRequest], ""),
		atMost("heap allocations, the check alone", 1, r.Figures[hitCheck], ""),
	})
}

func memorySection(r *result) string {
	t := newTable("MiB", "resident", "of these not of a file")
	t.line("10,000 warm tokens, 64 connections", short(r.Figures[withTokens]), short(r.Figures[withTokensPrivate]))
	documents := thousands(int64(r.Figures[documentsStored])) + " documents, after reads, lists, creates and catch-ups"
	t.line(documents, short(r.Figures[withDocuments]), short(r.Figures[withDocumentsPrivate]))
	return measured(r) + "\n" + t.String() + "\n" + barTable([]bar{
		atMost("resident, 10,000 warm tokens and 64 connections", 60, r.Figures[withTokens], " MiB"),
		atMost("resident, "+documents, 160, r.Figures[withDocuments], " MiB"),
		atMost(fmt.Sprintf("start to the first 200 for a document, of %s, warm disk", thousands(int64(r.Figures[firstAnswerOf]))), 150, r.Figures[firstAnswer], " ms"),
	})
}
