-- What only SQLite is asked: its full-text index is a table beside search_doc.

-- name: lite_index_add :run
INSERT INTO search (rowid, terms) VALUES ($1, $2);

-- FTS5 must be told what it is to take out.
-- name: lite_index_drop :run
INSERT INTO search (search, rowid, terms) VALUES ('delete', $1, $2);

-- name: lite_index_clear :run
INSERT INTO search (search) VALUES ('delete-all');

-- The newest docs of an expression in FTS5's words, before $2 and not before $3,
-- with the lines of their stories.
-- name: lite_find_items :many
SELECT s.rowid, i.*
  FROM search s
  CROSS JOIN search_doc d ON d.doc = s.rowid
  CROSS JOIN public_item i ON i.story = d.story
 WHERE s.search MATCH $1 AND s.rowid < $2 AND s.rowid >= $3
 ORDER BY s.rowid DESC
 LIMIT $4;

-- The same with the places of their words, to rank them.
-- name: lite_find_places :many
SELECT d.doc, d.story, d.words, d.places
  FROM search s
  CROSS JOIN search_doc d ON d.doc = s.rowid
 WHERE s.search MATCH $1 AND s.rowid < $2 AND s.rowid >= $3
 ORDER BY s.rowid DESC
 LIMIT $4;

-- The docs alone.
-- name: lite_find_docs :many
SELECT s.rowid
  FROM search s
 WHERE s.search MATCH $1 AND s.rowid < $2 AND s.rowid >= $3
 ORDER BY s.rowid DESC
 LIMIT $4;
