-- What `dateline check` asks: each walks a whole table, and no page ever asks
-- them.

-- name: check_head :one
SELECT h.story, h.change,
       (SELECT coalesce(max(number), 0) FROM story),
       (SELECT coalesce(max(number), 0) FROM change),
       (SELECT count(*) FROM change)
  FROM head h;

-- name: check_versions :walk
SELECT s.number, s.latest, count(v.id), coalesce(max(v.version), 0)
  FROM story s
  LEFT JOIN version v
         ON v.id > s.number * 65536 AND v.id < (s.number + 1) * 65536
 GROUP BY s.number
HAVING count(v.id) <> s.latest OR coalesce(max(v.version), 0) <> s.latest;

-- The columns in the order of version_add.
-- name: check_digests :walk
SELECT id, story, version, saved_at, section, urgency, words, said_at, embargo,
       withheld, said, slug, headline, deck, byline, place, tags, section_name,
       correction, source, source_url, peers_key, follows_uri, body, digest
  FROM version;

-- In the order of story_add.
-- name: check_stories :walk
SELECT number, uri, language, peers, follows, state, latest, public_version,
       source_version, created_at, at, timed, changed_at, due_at, due_version,
       embargo, note, digest
  FROM story;

-- In the order of change_add.
-- name: check_changes :walk
SELECT number, at, kind, story, version, late_us, digest FROM change;

-- In the order of entry_add.
-- name: check_entry_digests :walk
SELECT story, number, version, at, saved_at, pinned, key, withdrawn, headline,
       byline, note, body, digest
  FROM entry;

-- Entries are numbered from 1 on, and the versions of each; it came once, and
-- what was withdrawn stays so.
-- name: check_entries :walk
SELECT e.story
  FROM (SELECT story, number
          FROM entry
         GROUP BY story, number
        HAVING min(version) <> 1 OR max(version) <> count(*)
            OR min(at) <> max(at) OR sum(withdrawn) > 1) e
UNION
SELECT n.story
  FROM (SELECT story, min(number) AS first, max(number) AS last,
               count(DISTINCT number) AS entries
          FROM entry
         GROUP BY story) n
 WHERE n.first <> 1 OR n.last <> n.entries
UNION
SELECT w.story
  FROM entry w
 WHERE w.withdrawn = 1
   AND EXISTS (SELECT 1
                 FROM entry l
                WHERE l.story = w.story AND l.number = w.number
                  AND l.version > w.version);

-- States 3 and 4 are STORY_PUBLIC and STORY_CORRECTED.
-- name: check_unlisted :walk
SELECT s.number
  FROM story s
 WHERE s.state IN (3, 4)
   AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.story = s.number);

-- name: check_listed :walk sqlite
SELECT l.story
  FROM listed l
  LEFT JOIN story s ON s.number = l.story
  LEFT JOIN version v ON v.id = l.story * 65536 + l.version
 WHERE s.number IS NULL OR v.id IS NULL
    OR s.state NOT IN (3, 4) OR s.public_version <> l.version
    OR s.language <> l.language OR v.section <> l.section
    OR s.at IS NULL OR s.at <> l.at OR s.timed <> l.timed
    OR s.changed_at <> l.changed_at OR v.urgency <> l.urgency
    OR v.slug <> l.slug OR v.headline <> l.headline OR v.deck <> l.deck
    OR l.corrected <> EXISTS (SELECT 1
                                FROM change c
                               WHERE c.kind = 2 AND c.story = l.story);
-- name: check_listed :walk postgres
SELECT l.story
  FROM listed l
  LEFT JOIN story s ON s.number = l.story
  LEFT JOIN version v ON v.id = l.story * 65536 + l.version
 WHERE s.number IS NULL OR v.id IS NULL
    OR s.state NOT IN (3, 4) OR s.public_version <> l.version
    OR s.language <> l.language OR v.section <> l.section
    OR s.at IS NULL OR s.at <> l.at OR s.timed <> l.timed
    OR s.changed_at <> l.changed_at OR v.urgency <> l.urgency
    OR v.slug <> l.slug OR v.headline <> l.headline OR v.deck <> l.deck
    OR (l.corrected <> 0) <> EXISTS (SELECT 1
                                       FROM change c
                                      WHERE c.kind = 2 AND c.story = l.story);

-- A story that went away (5 and 6 are STORY_WITHDRAWN and STORY_KILLED) after
-- the log said that it was public has a notice, and nobody else has one.
-- name: check_gone :walk
SELECT c.story
  FROM (SELECT DISTINCT story FROM change) c
  JOIN story s ON s.number = c.story
  LEFT JOIN gone g ON g.story = c.story
  LEFT JOIN version v ON v.id = g.story * 65536 + g.version
 WHERE (s.state IN (5, 6)) <> (g.story IS NOT NULL)
    OR g.state <> s.state OR g.note <> s.note OR g.at <> s.changed_at
    OR g.language <> s.language OR g.section <> v.section
    OR g.story IS NOT NULL AND v.id IS NULL
    OR s.state = 5 AND g.version <> s.public_version;

-- name: check_gone_more :walk
SELECT g.story
  FROM gone g
  LEFT JOIN story s ON s.number = g.story
 WHERE s.number IS NULL OR s.state NOT IN (5, 6);

-- Whatever is public or was has its change.
-- PostgreSQL walks a list that is too long for its work_mem once for each story.
-- name: check_unlogged :walk sqlite
SELECT l.story
  FROM listed l
 WHERE l.story NOT IN (SELECT story FROM change);
-- name: check_unlogged :walk postgres
SELECT l.story
  FROM listed l
 WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.story = l.story);

-- The full-text index may be behind the log; what it has followed it has.
-- name: check_unindexed :walk
SELECT l.story
  FROM listed l
 WHERE (SELECT change FROM public_index) = (SELECT change FROM head)
   AND NOT EXISTS (SELECT 1
                     FROM search_doc d
                    WHERE d.story = l.story AND d.version = l.version);

-- name: check_indexed :walk
SELECT d.story
  FROM search_doc d
 WHERE (SELECT change FROM public_index) = (SELECT change FROM head)
   AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.story = d.story);

-- name: check_related :walk
SELECT r.story
  FROM related r
 WHERE (SELECT related FROM public_index) = (SELECT change FROM head)
   AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.story = r.story);

-- name: check_places :walk
SELECT l.story, l.language, l.at, v.tags
  FROM listed l
  JOIN version v ON v.id = l.story * 65536 + l.version;

-- name: check_tag :one
SELECT EXISTS (SELECT 1
                 FROM listed_tag t
                WHERE t.language = $1 AND t.at = $3 AND t.story = $4
                  AND t.tag = (SELECT id FROM tag WHERE slug = $2));

-- name: check_tag_rows :walk
SELECT language, tag, at, story FROM listed_tag;

-- name: check_tag_ids :walk
SELECT id, slug FROM tag;

-- name: check_counts :walk
SELECT g.code, coalesce(t.slug, '')
  FROM listed_tag_count c
  JOIN language g ON g.id = c.language
  LEFT JOIN tag t ON t.id = c.tag
 WHERE c.tag <> 0
   AND c.stories <> (SELECT count(*)
                       FROM listed_tag l
                      WHERE l.language = c.language AND l.tag = c.tag);

-- name: check_totals :walk
SELECT g.code
  FROM language g
 WHERE coalesce((SELECT c.stories
                   FROM listed_tag_count c
                  WHERE c.language = g.id AND c.tag = 0), 0)
       <> (SELECT count(*) FROM listed l WHERE l.language = g.id);

-- State 2 is STORY_SCHEDULED, 3 and 4 as above.
-- name: check_due :walk
SELECT number
  FROM story
 WHERE (state = 2 OR due_version > 0) AND due_at IS NULL
    OR due_version > 0 AND (state NOT IN (3, 4) OR due_version > latest);

-- name: check_follows :walk
SELECT p.uri
  FROM pending_follow p
  JOIN story s ON s.uri = p.uri;

-- A row that names a row which is not there: its table, its key (of an entry its
-- story's), the table of the other.  Kind 7 is CHANGE_ENTRY.
-- name: check_references :walk
SELECT 'story', s.number, 'language' FROM story s
 WHERE NOT EXISTS (SELECT 1 FROM language g WHERE g.id = s.language)
UNION ALL
SELECT 'story', s.number, 'story' FROM story s
 WHERE s.follows IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM story f WHERE f.number = s.follows)
UNION ALL
SELECT 'version', v.id, 'story' FROM version v
 WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.number = v.story)
UNION ALL
SELECT 'version', v.id, 'section' FROM version v
 WHERE NOT EXISTS (SELECT 1 FROM section x WHERE x.id = v.section)
UNION ALL
SELECT 'section_name', n.section, 'section' FROM section_name n
 WHERE NOT EXISTS (SELECT 1 FROM section x WHERE x.id = n.section)
UNION ALL
SELECT 'section_name', n.section, 'language' FROM section_name n
 WHERE NOT EXISTS (SELECT 1 FROM language g WHERE g.id = n.language)
UNION ALL
SELECT 'tag_name', n.tag, 'tag' FROM tag_name n
 WHERE NOT EXISTS (SELECT 1 FROM tag t WHERE t.id = n.tag)
UNION ALL
SELECT 'tag_name', n.tag, 'language' FROM tag_name n
 WHERE NOT EXISTS (SELECT 1 FROM language g WHERE g.id = n.language)
UNION ALL
SELECT 'pin', p.story, 'story' FROM pin p
 WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.number = p.story)
UNION ALL
SELECT 'related', r.story, 'story' FROM related r
 WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.number = r.story)
UNION ALL
SELECT 'push_told', t.story, 'story' FROM push_told t
 WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.number = t.story)
UNION ALL
SELECT 'coverage', c.story, 'story' FROM coverage c
 WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.number = c.story)
UNION ALL
SELECT 'coverage', c.story, 'entry' FROM coverage c
 WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.story = c.story)
UNION ALL
SELECT 'entry', e.story, 'coverage' FROM entry e
 WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE c.story = e.story)
UNION ALL
SELECT 'version_picture', v.id, 'picture' FROM version_picture v
 WHERE NOT EXISTS (SELECT 1 FROM picture p WHERE p.number = v.picture)
UNION ALL
SELECT 'version_picture', w.id, 'version' FROM version_picture w
 WHERE NOT EXISTS (SELECT 1 FROM version v WHERE v.id = w.id)
UNION ALL
SELECT 'change', c.number, 'entry' FROM change c
 WHERE c.kind = 7 AND c.version > 0
   AND NOT EXISTS (SELECT 1
                     FROM entry e
                    WHERE e.story = c.story AND e.number = c.version);
