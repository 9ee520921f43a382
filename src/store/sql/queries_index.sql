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

-- Which stories are related to one ($3: their numbers), as of a version of it.
-- name: related_put :add sqlite
INSERT INTO related (story, version, stories) VALUES ($1, $2, $3)
    ON CONFLICT (story)
    DO UPDATE SET version = excluded.version, stories = excluded.stories;
-- name: related_put :add postgres
INSERT INTO related (story, version, stories)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[])
    ON CONFLICT (story)
    DO UPDATE SET version = excluded.version, stories = excluded.stories;

-- name: related_drop :run
DELETE FROM related WHERE story = $1;

-- name: related_version :one
SELECT version FROM related WHERE story = $1;

-- ---- asking ----

-- name: find_of_story :one
SELECT doc, version, words, places FROM search_doc WHERE story = $1;

-- Of each table in a view at least one column must be named (here story.uri):
-- else SQLite does not tell the authorizer that the view reads it.
-- name: find_body :one
SELECT s.story, s.body, coalesce(d.version, 0), d.places, s.uri
  FROM public_story s
  LEFT JOIN search_doc d ON d.story = s.story
 WHERE s.story = $1;

-- What a doc's story follows (0: nothing), and its line while it is public; see
-- find_body for the conditions that hold always.
-- name: find_item :one
SELECT coalesce((SELECT s.follows
                   FROM public_story s
                  WHERE s.story = i.story AND s.uri <> '' AND s.words >= 0), 0),
       i.*
  FROM search_doc d
  JOIN public_item i ON i.story = d.story
 WHERE d.doc = $1;

-- name: find_count :one
SELECT stories FROM search_term WHERE term = $1;

-- The doc that stands $2 before the one before $1.
-- name: find_sample :one
SELECT doc FROM search_doc WHERE doc < $1 ORDER BY doc DESC LIMIT 1 OFFSET $2;

-- Terms from $1 to before $2 that most stories have, of the first few thousand.
-- name: find_terms_between :many
SELECT few.term
  FROM (SELECT term, stories
          FROM search_term
         WHERE term >= $1 AND term < $2
         ORDER BY term
         LIMIT 4000) few
 ORDER BY few.stories DESC, few.term
 LIMIT $3;

-- Tags whose slugs stand from $2 to before $3, of which most stories of the
-- language have; of the first thousand.
-- name: find_tags_between :many
SELECT few.slug,
       coalesce((SELECT n.name
                   FROM tag_name n
                  WHERE n.tag = few.id AND n.language = g.id), few.slug)
  FROM (SELECT id, slug
          FROM tag
         WHERE slug >= $2 AND slug < $3
         ORDER BY slug
         LIMIT 1000) few
  CROSS JOIN language g
  JOIN listed_tag_count c ON c.language = g.id AND c.tag = few.id
 WHERE g.code = $1 AND c.stories > 0
 ORDER BY c.stories DESC, few.slug
 LIMIT $4;
