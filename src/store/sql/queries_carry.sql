-- Everything that a store holds, to carry it to another: each table in the
-- order of its key, and what takes its rows in.  What is derived (listed,
-- listed_tag, listed_tag_count, hot) is made anew there.

-- name: carry_facts :walk
SELECT name, value FROM fact
 WHERE name NOT IN ('filling', 'hot', 'search')
 ORDER BY name;

-- name: carry_languages :walk
SELECT id, code FROM language ORDER BY id;

-- name: carry_sections :walk
SELECT id, slug, position FROM section ORDER BY id;

-- name: carry_section_names :walk
SELECT section, language, name FROM section_name ORDER BY section, language;

-- name: carry_tags :walk
SELECT id, slug FROM tag ORDER BY id;

-- name: carry_tag_names :walk
SELECT tag, language, name FROM tag_name ORDER BY tag, language;

-- Columns in the order of change_add.
-- name: carry_changes :walk
SELECT number, at, kind, story, version, late_us, digest
  FROM change
 WHERE number > $1
 ORDER BY number;

-- Columns in the order of story_add, and whether it was corrected (2 is
-- CHANGE_CORRECT).
-- name: carry_stories :walk
SELECT s.number, s.uri, s.language, s.peers, s.follows, s.state, s.latest,
       s.public_version, s.source_version, s.created_at, s.at, s.timed,
       s.changed_at, s.due_at, s.due_version, s.embargo, s.note, s.digest,
       CASE WHEN EXISTS (SELECT 1
                           FROM change c
                          WHERE c.kind = 2 AND c.story = s.number)
            THEN 1 ELSE 0 END
  FROM story s
 ORDER BY s.number;

-- Columns in the order of version_add.
-- name: carry_versions :walk
SELECT id, story, version, saved_at, section, urgency, words, said_at, embargo,
       withheld, said, slug, headline, deck, byline, place, tags, section_name,
       correction, source, source_url, peers_key, follows_uri, body, digest
  FROM version
 WHERE id > $1
 ORDER BY id;

-- name: carry_gone :walk
SELECT story, version, language, section, state, at, note
  FROM gone
 WHERE story > $1
 ORDER BY story;

-- name: carry_peer_keys :walk
SELECT key, peers FROM peer_key ORDER BY key;

-- name: carry_pending :walk
SELECT uri, story FROM pending_follow ORDER BY story;

-- name: carry_cursors :walk
SELECT follower, change FROM cursor ORDER BY follower;

-- name: carry_read_minutes :walk
SELECT minute, language, section, screen, reads
  FROM read_minute
 ORDER BY minute, language, section, screen;

-- name: carry_read_hours :walk
SELECT hour, story, reads FROM read_hour ORDER BY hour, story;

-- name: carry_read_referrers :walk
SELECT hour, referrer, reads FROM read_referrer ORDER BY hour, referrer;

-- name: carry_heat :walk
SELECT half_life, period, story, heat
  FROM heat
 ORDER BY half_life, period, story;

-- name: carry_pins :walk
SELECT story, until FROM pin ORDER BY story;

-- name: carry_coverage :walk
SELECT story, ended_at FROM coverage ORDER BY story;

-- Columns in the order of entry_add.
-- name: carry_entries :walk
SELECT story, number, version, at, saved_at, pinned, key, withdrawn, headline,
       byline, note, body, digest
  FROM entry
 ORDER BY story, number, version;

-- name: entry_put :run
INSERT INTO entry (story, number, version, at, saved_at, pinned, key, withdrawn,
                   headline, byline, note, body, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT DO NOTHING;

-- name: carry_push_subscriptions :walk
SELECT endpoint, p256dh, auth, language, topics, created_at
  FROM push_subscription
 ORDER BY endpoint;

-- name: carry_push_told :walk
SELECT story, topics, at FROM push_told ORDER BY story;

-- name: carry_head :walk
SELECT story, change FROM head;

-- How much there is, for who watches it being carried.
-- name: carry_counts :one
SELECT (SELECT count(*) FROM change), (SELECT count(*) FROM story),
       (SELECT count(*) FROM version);

-- How far one has come that is being filled, and whether it has what is there
-- without stories.
-- name: carry_reached :one
SELECT (SELECT coalesce(max(number), 0) FROM change),
       (SELECT coalesce(max(number), 0) FROM story),
       CASE WHEN EXISTS (SELECT 1 FROM picture)
              OR EXISTS (SELECT 1 FROM campaign)
            THEN 1 ELSE 0 END;

-- name: fact_get :many
SELECT value FROM fact WHERE name = $1;

-- name: carry_close :run
UPDATE head SET closed = $1 WHERE one = 1;

-- A store without stories has names of sections, which give way.
-- name: carry_forget_section_names :run
DELETE FROM section_name;
-- name: carry_forget_tag_names :run
DELETE FROM tag_name;
-- name: carry_forget_sections :run
DELETE FROM section;
-- name: carry_forget_tags :run
DELETE FROM tag;
-- name: carry_forget_languages :run
DELETE FROM language;

-- Names are put by each attempt, as they are now.
-- name: language_put :run
INSERT INTO language (id, code) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: section_put :run
INSERT INTO section (id, slug, position) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING;

-- name: tag_put :run
INSERT INTO tag (id, slug) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: peer_key_put :add sqlite
INSERT INTO peer_key (key, peers) VALUES ($1, $2) ON CONFLICT DO NOTHING;
-- name: peer_key_put :add postgres
INSERT INTO peer_key (key, peers)
SELECT unnest($1::text[]), unnest($2::bigint[])
    ON CONFLICT DO NOTHING;

-- Sums come whole, and are not added to.
-- name: read_minute_put :add sqlite
INSERT INTO read_minute (minute, language, section, screen, reads)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING;
-- name: read_minute_put :add postgres
INSERT INTO read_minute (minute, language, section, screen, reads)
SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::text[]),
       unnest($4::bigint[]), unnest($5::bigint[])
    ON CONFLICT DO NOTHING;

-- name: read_hour_put :add sqlite
INSERT INTO read_hour (hour, story, reads) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING;
-- name: read_hour_put :add postgres
INSERT INTO read_hour (hour, story, reads)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[])
    ON CONFLICT DO NOTHING;

-- name: read_referrer_put :add sqlite
INSERT INTO read_referrer (hour, referrer, reads) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING;
-- name: read_referrer_put :add postgres
INSERT INTO read_referrer (hour, referrer, reads)
SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[])
    ON CONFLICT DO NOTHING;

-- name: heat_put :add sqlite
INSERT INTO heat (half_life, period, story, heat) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING;
-- name: heat_put :add postgres
INSERT INTO heat (half_life, period, story, heat)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]),
       unnest($4::bigint[])
    ON CONFLICT DO NOTHING;

-- name: story_follow_set :run
UPDATE story SET follows = $2 WHERE number = $1;

-- Numbers given from now on are beyond those that were put.
-- name: carry_ids :one sqlite
SELECT 0;
-- name: carry_ids :one postgres
SELECT setval(pg_get_serial_sequence('language', 'id'),
              (SELECT coalesce(max(id), 0) + 1 FROM language), false)
     + setval(pg_get_serial_sequence('section', 'id'),
              (SELECT coalesce(max(id), 0) + 1 FROM section), false)
     + setval(pg_get_serial_sequence('tag', 'id'),
              (SELECT coalesce(max(id), 0) + 1 FROM tag), false)
     + setval(pg_get_serial_sequence('picture', 'number'),
              (SELECT coalesce(max(number), 0) + 1 FROM picture), false)
     + setval(pg_get_serial_sequence('campaign', 'number'),
              (SELECT coalesce(max(number), 0) + 1 FROM campaign), false)
     + setval(pg_get_serial_sequence('creative', 'number'),
              (SELECT coalesce(max(number), 0) + 1 FROM creative), false);

-- name: head_closed :many
SELECT closed FROM head WHERE one = 1;

-- name: carry_open :run
DELETE FROM fact WHERE name = 'filling';
