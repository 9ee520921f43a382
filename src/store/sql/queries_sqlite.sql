-- What only SQLite is asked: its full-text index is a table beside search_doc.

-- name: lite_index_add :run
INSERT INTO search (rowid, terms) VALUES ($1, $2);

-- FTS5 must be told what it is to take out.
-- name: lite_index_drop :run
INSERT INTO search (search, rowid, terms) VALUES ('delete', $1, $2);

-- name: lite_index_clear :run
INSERT INTO search (search) VALUES ('delete-all');
