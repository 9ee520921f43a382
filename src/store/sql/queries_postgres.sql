-- What the driver of PostgreSQL asks for itself.

-- Two processes do not change the schema at once; 1685351534 is "dtln".
-- name: pg_schema_lock :one
SELECT 1 FROM pg_advisory_xact_lock(1685351534);

-- name: pg_schema :one
SELECT number FROM schema_version WHERE one = 1;

-- name: pg_schema_set :run
UPDATE schema_version SET number = $1 WHERE one = 1;

-- Whether there is a store: 1, or 0.
-- name: pg_is_store :one
SELECT CASE WHEN to_regclass('schema_version') IS NULL THEN 0 ELSE 1 END;

-- Behind the last write of a transaction: who commits (as $1), with which mark,
-- and a word to all who listen, which the commit sends.
-- name: pg_commit_mark :run
INSERT INTO writer (id, mark, at) VALUES ($1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET mark = excluded.mark, at = excluded.at;

-- name: pg_commit_tell :one
WITH told AS (
    UPDATE head SET commits = commits + 1 WHERE one = 1
    RETURNING commits, change
)
SELECT commits, pg_notify('dateline', commits || ' ' || change) FROM told;

-- name: pg_commit_found :one
SELECT mark FROM writer WHERE id = $1;

-- Writers that have not been heard of since.
-- name: pg_writers_forget :run
DELETE FROM writer WHERE at < $1;

-- name: pg_news :one
SELECT commits, change FROM head WHERE one = 1;

-- The damage that amcheck finds, where an administrator has made that extension.
-- name: pg_has_amcheck :one
SELECT count(*) FROM pg_extension WHERE extname = 'amcheck';

-- name: pg_check_indexes :walk
SELECT c.relname, bt_index_check(c.oid, true)
  FROM pg_class c
  JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_am a ON a.oid = c.relam
 WHERE c.relnamespace = current_schema()::regnamespace AND a.amname = 'btree'
   AND i.indisvalid;

-- What the server is: its version, its encoding, whether it keeps what it
-- acknowledges.
-- name: pg_server :one
SELECT current_setting('server_version_num')::BIGINT,
       current_setting('server_encoding'),
       current_setting('fsync'), current_setting('full_page_writes');

-- Of every connection.  Plans are made once and do not hang on statistics.
-- Numbers of keepalives are seconds: a server that lost its client lets go of
-- what that one holds.
-- name: pg_set_up :one
SELECT set_config('jit', 'off', false),
       set_config('client_min_messages', 'warning', false),
       set_config('plan_cache_mode', 'force_generic_plan', false),
       set_config('tcp_keepalives_idle', '5', false),
       set_config('tcp_keepalives_interval', '2', false),
       set_config('tcp_keepalives_count', '3', false);

-- Every query of a page or a write goes by an index, and joins few rows: to start
-- workers for it takes longer than it does.
-- name: pg_set_up_indexes :one
SELECT set_config('max_parallel_workers_per_gather', '0', false),
       set_config('enable_seqscan', 'off', false),
       set_config('enable_bitmapscan', 'off', false),
       set_config('enable_hashjoin', 'off', false),
       set_config('enable_mergejoin', 'off', false),
       set_config('enable_material', 'off', false),
       set_config('enable_hashagg', 'off', false),
       set_config('enable_sort', 'off', false);

-- An acknowledgement that the server's disk knows nothing of is none.
-- name: pg_set_up_writer :one
SELECT set_config('lock_timeout', '10s', false),
       set_config('idle_in_transaction_session_timeout', '20s', false),
       set_config('synchronous_commit',
                  CASE WHEN current_setting('synchronous_commit')
                            IN ('off', 'local')
                       THEN 'on' ELSE current_setting('synchronous_commit') END,
                  false);

-- name: pg_set_up_reader :one
SELECT set_config('default_transaction_read_only', 'on', false);

-- The role that schema_001.postgres.sql made.
-- name: pg_set_up_public :one
SELECT set_config('role', current_database() || '_readers', false);

-- The newest $7 docs that $1 to $4 hold of, expressions in tsquery's words, before
-- $5 and not before $6, with the lines of their stories; in no order, since it
-- would walk over all docs rather than sort a page of them.  $1 is windows of
-- time, or one of the others.
--
-- GIN walks the rarest term of one expression from its beginning, and every doc
-- of alternatives; of several expressions it goes to and fro, each from where
-- the others stand, the windows' first: ten times as fast.  OFFSET keeps what is
-- asked of the index apart, which it would do without by walking over all docs.
-- name: pg_find_items :many
WITH hits AS MATERIALIZED (
    SELECT d.doc, d.story
      FROM (
        SELECT doc, story
          FROM search_doc
         WHERE terms @@ $1::text::tsquery
           AND terms @@ $2::text::tsquery
           AND terms @@ $3::text::tsquery
           AND terms @@ $4::text::tsquery
        OFFSET 0) d
     WHERE d.doc < $5 AND d.doc >= $6
), newest AS MATERIALIZED (
    SELECT doc, story FROM hits ORDER BY doc DESC LIMIT $7
)
SELECT n.doc, i.*
  FROM newest n
  JOIN public_item i ON i.story = n.story;

-- The same with the places of their words, to rank them.
-- name: pg_find_places :many
WITH hits AS MATERIALIZED (
    SELECT d.doc
      FROM (
        SELECT doc
          FROM search_doc
         WHERE terms @@ $1::text::tsquery
           AND terms @@ $2::text::tsquery
           AND terms @@ $3::text::tsquery
           AND terms @@ $4::text::tsquery
        OFFSET 0) d
     WHERE d.doc < $5 AND d.doc >= $6
), newest AS MATERIALIZED (
    SELECT doc FROM hits ORDER BY doc DESC LIMIT $7
)
SELECT d.doc, d.story, d.words, d.places
  FROM newest n
  JOIN search_doc d ON d.doc = n.doc;

-- The newest $5 docs, not before $4, that each expression of $1 holds of together
-- with that of $2 in its place (lines), and before that of $3.  One scan of the
-- index each, which goes to and fro between the two.
-- name: pg_find_named :many
SELECT a.place, d.doc
  FROM unnest(string_to_array($1, chr(10)), string_to_array($2, chr(10)),
              $3::bigint[])
       WITH ORDINALITY a(term, windows, before, place)
 CROSS JOIN LATERAL (
    SELECT h.doc
      FROM (
        SELECT doc
          FROM search_doc
         WHERE terms @@ a.windows::tsquery
           AND terms @@ a.term::tsquery
        OFFSET 0) h
     WHERE h.doc < a.before AND h.doc >= $4
     ORDER BY h.doc DESC
     LIMIT $5) d;

-- How many stories have each of the terms of $1, which are parted by a space; by
-- their places in it.
-- name: pg_find_counts :many
SELECT t.place, w.stories
  FROM unnest(string_to_array($1, ' ')) WITH ORDINALITY t(term, place)
  JOIN search_term w ON w.term = t.term COLLATE "C";

-- The lines of stories, in the order of their numbers in $1.
-- name: pg_public_items :many
SELECT i.*
  FROM unnest($1::bigint[]) WITH ORDINALITY n(story, place)
  JOIN public_item i ON i.story = n.story
 ORDER BY n.place;

-- Bodies of the stories $1, as find_body.
-- name: pg_find_bodies :many
SELECT s.story, s.body, coalesce(d.version, 0), d.places
  FROM unnest($1::bigint[]) n(story)
  JOIN public_story s ON s.story = n.story
  LEFT JOIN search_doc d ON d.story = n.story;

-- What stories of docs follow (0: nothing), and their lines, as find_item.
-- name: pg_find_lines :many
SELECT d.doc, coalesce((SELECT s.follows
                          FROM public_story s
                         WHERE s.story = i.story), 0), i.*
  FROM unnest($1::bigint[]) n(doc)
  JOIN search_doc d ON d.doc = n.doc
  JOIN public_item i ON i.story = d.story;
