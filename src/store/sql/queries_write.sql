-- What the writing side asks and does.

-- The one row is locked from here to the end of the transaction.
-- name: head_get :one sqlite
SELECT story, change, closed FROM head WHERE one = 1;
-- name: head_get :one postgres
SELECT story, change, closed FROM head WHERE one = 1 FOR UPDATE;

-- name: head_put :run
UPDATE head SET story = $1, change = $2 WHERE one = 1;

-- name: fact_put :run
INSERT INTO fact (name, value) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- Held until the connection ends; 1685351534 is "dtln".
-- name: follower_claim :one sqlite
SELECT $1 <> '';
-- name: follower_claim :one postgres
SELECT CASE WHEN pg_try_advisory_lock(1685351534, hashtext($1)) THEN 1 ELSE 0 END;

-- name: cursor_get :one
SELECT change FROM cursor WHERE follower = $1;

-- name: cursor_put :run
INSERT INTO cursor (follower, change) VALUES ($1, $2)
    ON CONFLICT (follower) DO UPDATE SET change = excluded.change;

-- name: language_id :one
SELECT id FROM language WHERE code = $1;

-- name: language_add :one
INSERT INTO language (code) VALUES ($1) RETURNING id;

-- name: section_id :one
SELECT id FROM section WHERE slug = $1;

-- Without a place in the menu a section stands after those that have one.
-- name: section_add :one
INSERT INTO section (slug, position) VALUES ($1, 1000000) RETURNING id;

-- name: section_place :run
UPDATE section SET position = $2 WHERE id = $1;

-- name: section_name_set :run
INSERT INTO section_name (section, language, name) VALUES ($1, $2, $3)
    ON CONFLICT (section, language) DO UPDATE SET name = excluded.name;

-- name: section_name_keep :run
INSERT INTO section_name (section, language, name) VALUES ($1, $2, $3)
    ON CONFLICT (section, language) DO NOTHING;

-- name: tag_id :one
SELECT id FROM tag WHERE slug = $1;

-- name: tag_add :one
INSERT INTO tag (slug) VALUES ($1) RETURNING id;

-- Whether readers see a section or a tag in a language: a first name for it
-- then changes pages of other stories.
-- name: section_used :one
SELECT EXISTS (SELECT 1 FROM listed WHERE language = $1 AND section = $2);

-- name: tag_used :one
SELECT EXISTS (SELECT 1
                 FROM listed_tag_count
                WHERE language = $1 AND tag = $2 AND stories > 0);

-- name: tag_name_set :run
INSERT INTO tag_name (tag, language, name) VALUES ($1, $2, $3)
    ON CONFLICT (tag, language) DO UPDATE SET name = excluded.name;

-- name: tag_name_keep :run
INSERT INTO tag_name (tag, language, name) VALUES ($1, $2, $3)
    ON CONFLICT (tag, language) DO NOTHING;

-- name: story_get :one
SELECT s.number, s.uri, g.code, s.peers, s.follows, s.state, s.latest,
       s.public_version, s.source_version, s.created_at, s.at, s.timed,
       s.changed_at, s.due_at, s.due_version, s.embargo, s.note
  FROM story s
  JOIN language g ON g.id = s.language
 WHERE s.number = $1;

-- name: story_find :one
SELECT s.number, s.uri, g.code, s.peers, s.follows, s.state, s.latest,
       s.public_version, s.source_version, s.created_at, s.at, s.timed,
       s.changed_at, s.due_at, s.due_version, s.embargo, s.note
  FROM story s
  JOIN language g ON g.id = s.language
 WHERE s.uri = $1;

-- Which uris and keys, EXPECT_MAX of each, are there: those of stories with 0,
-- keys with the first of their group.
-- name: expected_known :many
SELECT uri, 0 FROM story
 WHERE uri IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
               $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
               $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38,
               $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50,
               $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62,
               $63, $64)
UNION ALL
SELECT key, peers FROM peer_key
 WHERE key IN ($65, $66, $67, $68, $69, $70, $71, $72, $73, $74, $75, $76,
               $77, $78, $79, $80, $81, $82, $83, $84, $85, $86, $87, $88,
               $89, $90, $91, $92, $93, $94, $95, $96, $97, $98, $99, $100,
               $101, $102, $103, $104, $105, $106, $107, $108, $109, $110,
               $111, $112, $113, $114, $115, $116, $117, $118, $119, $120,
               $121, $122, $123, $124, $125, $126, $127, $128);

-- name: story_number :one
SELECT number FROM story WHERE uri = $1;

-- name: story_add :add sqlite
INSERT INTO story (number, uri, language, peers, follows, state, latest,
                   public_version, source_version, created_at, at, timed,
                   changed_at, due_at, due_version, embargo, note, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        $17, $18);
-- name: story_add :add postgres
INSERT INTO story (number, uri, language, peers, follows, state, latest,
                   public_version, source_version, created_at, at, timed,
                   changed_at, due_at, due_version, embargo, note, digest)
SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]),
       unnest($4::bigint[]), unnest($5::bigint[]), unnest($6::bigint[]),
       unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::bigint[]),
       unnest($10::bigint[]), unnest($11::bigint[]), unnest($12::bigint[]),
       unnest($13::bigint[]), unnest($14::bigint[]), unnest($15::bigint[]),
       unnest($16::bigint[]), unnest($17::text[]), unnest($18::bigint[]);

-- What may change of a story after the story was added.
-- name: story_save :run
UPDATE story
   SET peers = $2, follows = $3, state = $4, latest = $5, public_version = $6,
       source_version = $7, at = $8, timed = $9, changed_at = $10, due_at = $11,
       due_version = $12, embargo = $13, note = $14, digest = $15
 WHERE number = $1;

-- What another node is about to make public is left to it.
-- name: story_due :many sqlite
SELECT number, due_at FROM story
 WHERE (state = 2 OR due_version > 0) AND due_at <= $1
   AND (due_at, number) > ($3, $4)
 ORDER BY due_at, number
 LIMIT $2;
-- name: story_due :many postgres
SELECT number, due_at FROM story
 WHERE (state = 2 OR due_version > 0) AND due_at <= $1
   AND (due_at, number) > ($3, $4)
 ORDER BY due_at, number
 LIMIT $2
   FOR UPDATE SKIP LOCKED;

-- name: story_due_next :one
SELECT due_at FROM story
 WHERE (state = 2 OR due_version > 0) AND due_at > $1
 ORDER BY due_at
 LIMIT 1;

-- Of those that are due at $1, the first that nobody is making public now.
-- name: story_due_free :one sqlite
SELECT due_at FROM story
 WHERE (state = 2 OR due_version > 0) AND due_at <= $1
 ORDER BY due_at, number
 LIMIT 1;
-- name: story_due_free :one postgres
SELECT due_at FROM story
 WHERE (state = 2 OR due_version > 0) AND due_at <= $1
 ORDER BY due_at, number
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: version_add :add sqlite
INSERT INTO version (id, story, version, saved_at, section, urgency, words,
                     said_at, embargo, withheld, said, slug, headline, deck,
                     byline, place, tags, section_name, correction, source,
                     source_url, peers_key, follows_uri, body, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        $17, $18, $19, $20, $21, $22, $23, $24, $25);
-- name: version_add :add postgres
INSERT INTO version (id, story, version, saved_at, section, urgency, words,
                     said_at, embargo, withheld, said, slug, headline, deck,
                     byline, place, tags, section_name, correction, source,
                     source_url, peers_key, follows_uri, body, digest)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]),
       unnest($4::bigint[]), unnest($5::bigint[]), unnest($6::bigint[]),
       unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::bigint[]),
       unnest($10::bigint[]), unnest($11::bigint[]), unnest($12::text[]),
       unnest($13::text[]), unnest($14::text[]), unnest($15::text[]),
       unnest($16::text[]), unnest($17::text[]), unnest($18::text[]),
       unnest($19::text[]), unnest($20::text[]), unnest($21::text[]),
       unnest($22::text[]), unnest($23::text[]), unnest($24::text[]),
       unnest($25::bigint[]);

-- name: version_said :one
SELECT EXISTS (SELECT 1 FROM version WHERE story = $1 AND said = $2);

-- name: version_get :one
SELECT v.story, v.version, v.saved_at, x.slug, v.urgency, v.words, v.slug,
       v.headline, v.deck, v.byline, v.place, v.tags, v.section_name,
       v.correction, v.source, v.source_url, v.body, v.embargo,
       v.withheld, v.said, v.peers_key, v.follows_uri, v.said_at,
       w.picture, p.mark, w.alt, w.caption
  FROM version v
  JOIN section x ON x.id = v.section
  LEFT JOIN version_picture w ON w.id = v.id
  LEFT JOIN picture p ON p.number = w.picture
 WHERE v.id = $1;

-- name: peers_get :one
SELECT peers FROM peer_key WHERE key = $1;

-- Whether there are more than so many.
-- name: peers_over :one
SELECT EXISTS (SELECT 1 FROM story WHERE peers = $1 LIMIT 1 OFFSET $2);

-- name: followers_over :one
SELECT EXISTS (SELECT 1 FROM story WHERE follows = $1 LIMIT 1 OFFSET $2);

-- name: peers_add :add sqlite
INSERT INTO peer_key (key, peers) VALUES ($1, $2);
-- name: peers_add :add postgres
INSERT INTO peer_key (key, peers)
SELECT unnest($1::text[]), unnest($2::bigint[]);

-- name: pending_any :one
SELECT EXISTS (SELECT 1 FROM pending_follow);

-- name: pending_add :run
INSERT INTO pending_follow (uri, story) VALUES ($1, $2)
    ON CONFLICT (story) DO UPDATE SET uri = excluded.uri;

-- name: story_follows :one
SELECT coalesce(follows, 0) FROM story WHERE number = $1;

-- name: pending_forget :run
DELETE FROM pending_follow WHERE uri = $1 AND story = $2;

-- One that has come to follow another story in the meantime stays with that.
-- name: pending_list :many
SELECT p.story
  FROM pending_follow p
  JOIN story s ON s.number = p.story
 WHERE p.uri = $1 AND s.follows IS NULL
 LIMIT $2;

-- name: pending_drop :run
DELETE FROM pending_follow WHERE uri = $1;

-- name: change_add :add sqlite
INSERT INTO change (number, at, kind, story, version, late_us, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7);
-- name: change_add :add postgres
INSERT INTO change (number, at, kind, story, version, late_us, digest)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]),
       unnest($4::bigint[]), unnest($5::bigint[]), unnest($6::bigint[]),
       unnest($7::bigint[]);

-- 2 is CHANGE_CORRECT; a version that was never public has none.
-- name: change_corrected :one
SELECT EXISTS (SELECT 1 FROM change WHERE kind = 2 AND story = $1);

-- name: listed_get :one
SELECT version, language, section, at, headline FROM listed WHERE story = $1;

-- name: listed_add :add sqlite
INSERT INTO listed (story, version, language, section, at, timed, changed_at,
                    urgency, corrected, slug, headline, deck)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);
-- name: listed_add :add postgres
INSERT INTO listed (story, version, language, section, at, timed, changed_at,
                    urgency, corrected, slug, headline, deck)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]),
       unnest($4::bigint[]), unnest($5::bigint[]), unnest($6::bigint[]),
       unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::bigint[]),
       unnest($10::text[]), unnest($11::text[]), unnest($12::text[]);

-- name: listed_drop :run
DELETE FROM listed WHERE story = $1;

-- name: listed_tag_add :add sqlite
INSERT INTO listed_tag (language, tag, at, story) VALUES ($1, $2, $3, $4);
-- name: listed_tag_add :add postgres
INSERT INTO listed_tag (language, tag, at, story)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]),
       unnest($4::bigint[]);

-- name: listed_tag_drop :run
DELETE FROM listed_tag
 WHERE language = $1 AND tag = $2 AND at = $3 AND story = $4;

-- name: listed_tag_count_add :add sqlite
INSERT INTO listed_tag_count (language, tag, stories) VALUES ($1, $2, $3)
    ON CONFLICT (language, tag)
    DO UPDATE SET stories = listed_tag_count.stories + excluded.stories;
-- name: listed_tag_count_add :add postgres
INSERT INTO listed_tag_count (language, tag, stories)
SELECT n.language, n.tag, sum(n.stories)::bigint
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
       AS n (language, tag, stories)
 GROUP BY n.language, n.tag
    ON CONFLICT (language, tag)
    DO UPDATE SET stories = listed_tag_count.stories + excluded.stories;

-- name: gone_add :run
INSERT INTO gone (story, version, language, section, state, at, note)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: gone_change :run
UPDATE gone SET state = $2, at = $3, note = $4 WHERE story = $1;

-- name: gone_drop :run
DELETE FROM gone WHERE story = $1;

-- ---- live coverage ----

-- name: coverage_put :run
INSERT INTO coverage (story, ended_at) VALUES ($1, $2)
    ON CONFLICT (story) DO UPDATE SET ended_at = excluded.ended_at;

-- name: coverage_get :one
SELECT ended_at FROM coverage WHERE story = $1;

-- name: entry_add :run
INSERT INTO entry (story, number, version, at, saved_at, pinned, key, withdrawn,
                   headline, byline, note, body, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- The last version of one.
-- name: entry_get :one
SELECT number, version, at, saved_at, pinned, key, withdrawn, headline, byline,
       note, body
  FROM entry
 WHERE story = $1 AND number = $2
 ORDER BY version DESC
 LIMIT 1;

-- name: entry_last :one
SELECT number FROM entry WHERE story = $1 ORDER BY number DESC LIMIT 1;
