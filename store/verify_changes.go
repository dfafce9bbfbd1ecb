package store

// positions looks at the one order of all changes.
func (v *verification) positions() error {
	position := v.store.engine.dialect().position
	var last, lowest, highest, different, placed int64
	_, err := one(v.on, `SELECT value, `+v.store.engine.dialect().last+`, (SELECT count(*) FROM changes),
		(SELECT count(`+position+`) FROM changes), (SELECT count(DISTINCT `+position+`) FROM changes),
		(SELECT coalesce(min(`+position+`), 0) FROM changes), (SELECT coalesce(max(`+position+`), 0) FROM changes)
		FROM counters WHERE name = 'pruned'`, nil,
		&v.pruned, &last, &v.found.Changes, &placed, &different, &lowest, &highest)
	if err != nil {
		return err
	}
	if placed != different {
		v.flaw(nil, "%d changes share %d positions", placed, different)
	}
	if placed > 0 && (lowest <= v.pruned || highest > last) {
		v.flaw(nil, "changes have the positions %d to %d, and only those behind %d up to %d were given", lowest, highest, v.pruned, last)
	}
	return nil
}

// succession looks whether each document's changes follow each other: an
// insert, then versions without a gap, and nothing behind a deletion but the
// insert of a successor.
func (v *verification) succession(t *table) error {
	position := v.store.engine.dialect().position
	return v.count(t, "changes that do not follow from the one before", `SELECT count(*), coalesce(min(id), '') FROM
		(SELECT id, op, version, birth, lag(op) OVER w AS op0, lag(version) OVER w AS version0, lag(birth) OVER w AS birth0
		FROM changes WHERE collection = $1 AND `+position+` IS NOT NULL WINDOW w AS (PARTITION BY id ORDER BY `+position+`)) AS x
		WHERE op = 'insert' AND coalesce(op0, 'delete') <> 'delete' OR op <> 'insert' AND op0 IS NULL AND $2 = 0
		OR op <> 'insert' AND op0 IS NOT NULL AND (op0 = 'delete' OR version <> version0 + 1 OR birth <> birth0)`, t.name, v.pruned)
}

// outcome looks whether the documents are what their last change made of
// them. Documents with changes that have no position yet are left out.
func (v *verification) outcome(t *table) error {
	position := v.store.engine.dialect().position
	err := v.count(t, "documents that are not what their last change says", `SELECT count(*), coalesce(min(l.id), '') FROM
		(SELECT id, max(`+position+`) AS p FROM changes WHERE collection = $1 GROUP BY id HAVING count(*) = count(`+position+`)) AS l
		JOIN changes c ON c.`+position+` = l.p LEFT JOIN `+t.sql+` d ON d.id = l.id
		WHERE c.op = 'delete' AND d.id IS NOT NULL OR c.op <> 'delete' AND (d.id IS NULL OR d.version <> c.version OR d.birth <> c.birth
		OR d.body <> c.body OR d.owner_iss <> c.owner_iss OR d.owner_sub <> c.owner_sub OR d.updated <> c.updated)`, t.name)
	if err != nil || v.pruned > 0 {
		return err
	}
	return v.count(t, "documents of which no change tells", `SELECT count(*), coalesce(min(d.id), '') FROM `+t.sql+` d LEFT JOIN
		(SELECT DISTINCT id FROM changes WHERE collection = $1) AS c ON c.id = d.id WHERE c.id IS NULL`, t.name)
}
