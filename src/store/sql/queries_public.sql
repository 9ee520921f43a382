-- What the reading side asks.  No table or view beyond those that
-- schema_001.sql calls public may stand here: the handle would be refused.
--
-- Lists go by the indexes (language, [section,] at, story) and the key of
-- listed_tag, backwards, and stop at their limit.

-- name: public_item :one
SELECT i.* FROM public_item i WHERE i.story = $1;

-- name: public_story :one
SELECT i.*, s.uri, s.peers, s.follows, s.body, s.byline, s.place, s.tags,
       s.words, s.source, s.source_url, s.late_us
  FROM public_item i
  JOIN public_story s ON s.story = i.story
 WHERE i.story = $1;

-- name: public_corrections :many
SELECT c.version, c.at, c.correction
  FROM public_correction c
 WHERE c.story = $1
 ORDER BY c.version;

-- name: public_notice :one
SELECT g.code, o.state, o.at, o.note
  FROM gone o
  JOIN language g ON g.id = o.language
 WHERE o.story = $1;

-- name: list_all :many
SELECT i.* FROM public_item i
 WHERE i.language = (SELECT id FROM language WHERE code = $1)
   AND (i.at, i.story) < ($2, $3)
   AND i.at >= $4
 ORDER BY i.at DESC, i.story DESC
 LIMIT $5;

-- name: list_all_newer :many
SELECT i.* FROM public_item i
 WHERE i.language = (SELECT id FROM language WHERE code = $1)
   AND (i.at, i.story) > ($2, $3)
 ORDER BY i.at, i.story
 LIMIT $4;

-- name: list_section :many
SELECT i.* FROM public_item i
 WHERE i.language = (SELECT id FROM language WHERE code = $1)
   AND i.section = (SELECT id FROM section WHERE slug = $6)
   AND (i.at, i.story) < ($2, $3)
   AND i.at >= $4
 ORDER BY i.at DESC, i.story DESC
 LIMIT $5;

-- name: list_section_newer :many
SELECT i.* FROM public_item i
 WHERE i.language = (SELECT id FROM language WHERE code = $1)
   AND i.section = (SELECT id FROM section WHERE slug = $5)
   AND (i.at, i.story) > ($2, $3)
 ORDER BY i.at, i.story
 LIMIT $4;

-- name: list_tag :many
SELECT i.*
  FROM listed_tag t
  CROSS JOIN public_item i
 WHERE t.language = (SELECT id FROM language WHERE code = $1)
   AND t.tag = (SELECT id FROM tag WHERE slug = $6)
   AND (t.at, t.story) < ($2, $3)
   AND t.at >= $4
   AND i.story = t.story
 ORDER BY t.at DESC, t.story DESC
 LIMIT $5;

-- name: list_tag_newer :many
SELECT i.*
  FROM listed_tag t
  CROSS JOIN public_item i
 WHERE t.language = (SELECT id FROM language WHERE code = $1)
   AND t.tag = (SELECT id FROM tag WHERE slug = $5)
   AND (t.at, t.story) > ($2, $3)
   AND i.story = t.story
 ORDER BY t.at, t.story
 LIMIT $4;

-- A group has few members (TIES_MAX), and as few follow one: sorting them costs
-- nothing.
-- name: public_peers :many
SELECT i.*
  FROM public_peer p
  JOIN public_item i ON i.story = p.story
 WHERE p.peers = $1 AND p.story <> $2
 ORDER BY i.language_code, i.story
 LIMIT 1000;

-- name: public_followers :many
SELECT i.*
  FROM public_follower f
  JOIN public_item i ON i.story = f.story
 WHERE f.follows = $1
 ORDER BY i.at, i.story
 LIMIT 1000;

-- (uri and words: see find_body)
-- name: public_follows :one
SELECT coalesce(follows, 0), uri, words FROM public_story WHERE story = $1;

-- name: public_related :one
SELECT stories FROM public_related WHERE story = $1;

-- name: public_indexed :one
SELECT change, related FROM public_index;

-- name: public_range :many
SELECT i.*
  FROM public_item i
 WHERE i.story >= $1 AND i.story < $2
 ORDER BY i.story
 LIMIT $3;

-- name: public_highest :one
SELECT coalesce(max(story), 0) FROM listed;

-- name: public_placing :one
SELECT language, section, tags, at, peers, follows
  FROM public_placing
 WHERE story = $1;

-- name: public_placing_gone :one
SELECT language, section, tags, at, peers, follows
  FROM public_placing_gone
 WHERE story = $1;

-- Sections are few; each is asked for its first story.
-- Asked as a value and not by EXISTS: that PostgreSQL turns into a join, for
-- which it gathers the sections of all stories there are.
-- name: public_sections :many
SELECT x.slug,
       coalesce((SELECT n.name
                   FROM section_name n
                  WHERE n.section = x.id AND n.language = g.id), x.slug)
  FROM language g
  CROSS JOIN section x
 WHERE g.code = $1
   AND (SELECT 1
          FROM listed l
         WHERE l.language = g.id AND l.section = x.id
         LIMIT 1) IS NOT NULL
 ORDER BY x.position, x.slug;

-- name: public_section_name :one
SELECT coalesce((SELECT n.name
                   FROM section_name n
                  WHERE n.section = x.id AND n.language = g.id), x.slug)
  FROM section x
  CROSS JOIN language g
 WHERE x.slug = $1 AND g.code = $2
   AND (SELECT 1
          FROM listed l
         WHERE l.language = g.id AND l.section = x.id
         LIMIT 1) IS NOT NULL;

-- name: public_tag_name :one
SELECT coalesce((SELECT n.name
                   FROM tag_name n
                  WHERE n.tag = t.id AND n.language = g.id), t.slug)
  FROM tag t
  CROSS JOIN language g
 WHERE t.slug = $1 AND g.code = $2
   AND (SELECT 1
          FROM listed_tag_count c
         WHERE c.language = g.id AND c.tag = t.id AND c.stories > 0
         LIMIT 1) IS NOT NULL;

-- name: changes_after :many
SELECT number, at, kind, story, version, late_us
  FROM change
 WHERE number > $1
 ORDER BY number
 LIMIT $2;

-- name: changes_last :one
SELECT coalesce(max(number), 0) FROM change;

-- name: public_coverage :one
SELECT ended_at FROM public_coverage WHERE story = $1;

-- Pinned ones first, then the newest.
-- name: public_entries :many
SELECT number, version, at, saved_at, pinned, key, 0, headline, byline, note,
       body
  FROM public_entry
 WHERE story = $1
 ORDER BY pinned DESC, at DESC, number DESC
 LIMIT $2;

-- Tells each state of a coverage from those before it: numbers are never used
-- again, versions grow, and what was withdrawn does not return.
-- name: public_entries_mark :one
SELECT count(number), CAST(coalesce(sum(version), 0) AS bigint),
       coalesce(max(number), 0)
  FROM public_entry
 WHERE story = $1;

-- name: public_entry :one
SELECT number, version, at, saved_at, pinned, key, 0, headline, byline, note,
       body
  FROM public_entry
 WHERE story = $1 AND number = $2;

-- name: public_lead :one
SELECT number, type, bytes, alt, caption, credit, rights, until
  FROM public_lead
 WHERE story = $1;

-- name: public_picture :one
SELECT width, height, until FROM public_picture WHERE mark = $1;

-- name: public_shown :many
SELECT story FROM public_shown WHERE mark = $1 ORDER BY story LIMIT $2;
