-- The full-text index: what its follower writes, and what is asked of it.

-- ---- writing ----

-- The doc of a story of that second: $1 when it is free, else the next free one
-- before it.
-- name: index_spot :one
SELECT CASE
    WHEN NOT EXISTS (SELECT 1 FROM search_doc t WHERE t.doc = $1) THEN $1
    ELSE (SELECT d.doc - 1
            FROM search_doc d
           WHERE d.doc <= $1
             AND NOT EXISTS (SELECT 1
                               FROM search_doc e
                              WHERE e.doc = d.doc - 1)
           ORDER BY d.doc DESC
           LIMIT 1)
    END;

-- SQLite's terms are put by lite_index_add.
-- name: index_add :add sqlite
INSERT INTO search_doc (doc, story, version, words, places)
SELECT $1, $2, $3, $4, $5 WHERE $6 <> '';
-- name: index_add :add postgres
INSERT INTO search_doc (doc, story, version, words, places, terms)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]),
       unnest($4::bigint[]), unnest($5::bytea[]), unnest($6::text[])::tsvector;

-- name: index_drop :run
DELETE FROM search_doc WHERE doc = $1;

-- name: index_term_add :add sqlite
INSERT INTO search_term (term, stories) VALUES ($1, $2)
    ON CONFLICT (term)
    DO UPDATE SET stories = search_term.stories + excluded.stories;
-- name: index_term_add :add postgres
INSERT INTO search_term (term, stories)
SELECT unnest($1::text[]), unnest($2::bigint[])
    ON CONFLICT (term)
    DO UPDATE SET stories = search_term.stories + excluded.stories;

-- name: index_clear :run sqlite
DELETE FROM search_doc;
-- name: index_clear :run postgres
TRUNCATE search_doc;

-- name: index_clear_counts :run sqlite
DELETE FROM search_term;
-- name: index_clear_counts :run postgres
TRUNCATE search_term;

-- ---- asking ----

-- name: find_of_story :one
SELECT doc, version, words, places FROM search_doc WHERE story = $1;

-- Of a table in a view at least one column must be named (here story.uri): else
-- SQLite does not tell the authorizer that the view reads it.
-- name: find_body :one
SELECT body, uri FROM public_story WHERE story = $1;

-- name: find_count :one
SELECT stories FROM search_term WHERE term = $1;

-- The doc that stands $2 before the one before $1.
-- name: find_sample :one
SELECT doc FROM search_doc WHERE doc < $1 ORDER BY doc DESC LIMIT 1 OFFSET $2;

-- name: find_oldest :one
SELECT doc FROM search_doc WHERE doc >= $1 ORDER BY doc LIMIT 1;

-- The newest docs of an expression in the words of the database, before $2 and
-- not before $3, with the lines of their stories; in no order, since PostgreSQL
-- would walk over all docs rather than sort a page of them.
-- name: find_items :many sqlite
SELECT s.rowid, i.*
  FROM search s
  CROSS JOIN search_doc d ON d.doc = s.rowid
  CROSS JOIN public_item i ON i.story = d.story
 WHERE s.search MATCH $1 AND s.rowid < $2 AND s.rowid >= $3
 ORDER BY s.rowid DESC
 LIMIT $4;
-- name: find_items :many postgres
WITH hits AS MATERIALIZED (
    SELECT doc, story FROM search_doc WHERE terms @@ $1::text::tsquery
), newest AS MATERIALIZED (
    SELECT doc, story FROM hits
     WHERE doc < $2 AND doc >= $3
     ORDER BY doc DESC
     LIMIT $4
)
SELECT n.doc, i.*
  FROM newest n
  JOIN public_item i ON i.story = n.story;

-- The same with the places of their words, to rank them.
-- name: find_places :many sqlite
SELECT d.doc, d.story, d.words, d.places
  FROM search s
  CROSS JOIN search_doc d ON d.doc = s.rowid
 WHERE s.search MATCH $1 AND s.rowid < $2 AND s.rowid >= $3
 ORDER BY s.rowid DESC
 LIMIT $4;
-- name: find_places :many postgres
WITH hits AS MATERIALIZED (
    SELECT doc FROM search_doc WHERE terms @@ $1::text::tsquery
), newest AS MATERIALIZED (
    SELECT doc FROM hits
     WHERE doc < $2 AND doc >= $3
     ORDER BY doc DESC
     LIMIT $4
)
SELECT d.doc, d.story, d.words, d.places
  FROM newest n
  JOIN search_doc d ON d.doc = n.doc;
