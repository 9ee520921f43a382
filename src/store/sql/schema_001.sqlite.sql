-- The first schema.  Numbered patches are never edited after a release.
--
-- Times are microseconds since 1970, UTC.  Numbers (story, change) are given
-- from the one row of `head`, inside the writer's transaction, so that number
-- order is commit order on every database.
--
-- What readers may see lies in these: listed, listed_tag, listed_tag_count,
-- listed_term, gone, change, section, section_name, tag, tag_name, language
-- and the views public_*.  The reading side's handle can read nothing else.

-- The last numbers given.
CREATE TABLE head (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    story  INTEGER NOT NULL,
    change INTEGER NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, 0);

-- Facts about this store: 'id' (random), 'created_at' (microseconds).
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Languages by small numbers, so that list keys are short.
CREATE TABLE language (
    id   INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE      -- BCP 47
) STRICT;

CREATE TABLE section (
    id       INTEGER PRIMARY KEY,
    slug     TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL      -- order in menus; equal ones by slug
) STRICT;

CREATE TABLE section_name (
    section  INTEGER NOT NULL REFERENCES section (id),
    language INTEGER NOT NULL REFERENCES language (id),
    name     TEXT NOT NULL,
    PRIMARY KEY (section, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (
    id   INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE tag_name (
    tag      INTEGER NOT NULL REFERENCES tag (id),
    language INTEGER NOT NULL REFERENCES language (id),
    name     TEXT NOT NULL,
    PRIMARY KEY (tag, language)
) STRICT, WITHOUT ROWID;

-- One row a story: what holds for all its versions, and where it stands.
-- public_version is the version that readers see; after a withdrawal the one
-- that they saw.
CREATE TABLE story (
    number         INTEGER PRIMARY KEY,
    uri            TEXT NOT NULL UNIQUE,
    language       INTEGER NOT NULL REFERENCES language (id),
    peers          INTEGER NOT NULL, -- number of the first of its translations
    follows        INTEGER REFERENCES story (number),
    state          INTEGER NOT NULL, -- enum StoryState
    latest         INTEGER NOT NULL, -- newest version
    public_version INTEGER NOT NULL, -- 0: none
    source_version INTEGER NOT NULL, -- 0: not said
    created_at     INTEGER NOT NULL,
    at             INTEGER,          -- publication; NULL before the first
    timed          INTEGER NOT NULL, -- 0: the source did not say when
    changed_at     INTEGER NOT NULL,
    due_at         INTEGER,          -- state scheduled, or under embargo, or
                                     -- when due_version becomes public
    due_version    INTEGER NOT NULL, -- of a public story: what will replace
                                     -- its public version; 0: nothing
    embargo        INTEGER NOT NULL,
    note           TEXT NOT NULL,
    digest         INTEGER NOT NULL  -- of all the above, by row_digest
) STRICT;
CREATE INDEX story_by_peers ON story (peers);
CREATE INDEX story_by_follows ON story (follows) WHERE follows IS NOT NULL;
-- 2 is STORY_SCHEDULED.
CREATE INDEX story_by_due ON story (due_at) WHERE state = 2 OR due_version > 0;

-- Translations that do not know one another's numbers share a key.
CREATE TABLE peer_key (
    key   TEXT PRIMARY KEY,
    peers INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- An earlier story that another one says it updates, and that is not here yet:
-- the last one that it named.
CREATE TABLE pending_follow (
    uri   TEXT NOT NULL,             -- of the earlier one
    story INTEGER PRIMARY KEY
) STRICT;
CREATE INDEX pending_by_uri ON pending_follow (uri);

-- What somebody wrote.  Never edited, never deleted.  Names of tags and section
-- stay in here until the version is public: only then do they become tag_name
-- and section_name, which readers see.
CREATE TABLE version (
    id         INTEGER PRIMARY KEY,  -- story * 65536 + version: one tree less
    story      INTEGER NOT NULL REFERENCES story (number),
    version    INTEGER NOT NULL,     -- 1, 2, 3 ... 65535
    saved_at   INTEGER NOT NULL,
    section    INTEGER NOT NULL REFERENCES section (id),
    urgency    INTEGER NOT NULL,     -- IPTC 1..9
    words      INTEGER NOT NULL,
    said_at    INTEGER,              -- by its source; NULL: unsaid
    embargo    INTEGER,              -- not public before; NULL: none
    withheld   INTEGER NOT NULL,     -- its source holds it back
    said       INTEGER NOT NULL,     -- digest of all that its source said, to
                                     -- know it again; 0: nobody outside
    slug       TEXT NOT NULL,
    headline   TEXT NOT NULL,
    deck       TEXT NOT NULL,
    byline     TEXT NOT NULL,
    place      TEXT NOT NULL,
    tags       TEXT NOT NULL,        -- a line each: slug, tab and name if any
    section_name TEXT NOT NULL,      -- as its source calls it, or empty
    correction TEXT NOT NULL,
    source     TEXT NOT NULL,
    source_url TEXT NOT NULL,
    peers_key  TEXT NOT NULL,        -- shared by its translations, or empty
    follows_uri TEXT NOT NULL,       -- of the story that it updates, or empty
    digest     INTEGER NOT NULL,     -- of all the above and the body, by
                                     -- row_digest: so a flipped bit shows
    body       TEXT NOT NULL,        -- sanitised markup
    CHECK (id = story * 65536 + version AND version BETWEEN 1 AND 65535)
) STRICT;
CREATE INDEX version_by_said ON version (story, said);
CREATE TRIGGER version_stays BEFORE UPDATE ON version
    BEGIN SELECT RAISE(ABORT, 'a version is never edited'); END;
CREATE TRIGGER version_remains BEFORE DELETE ON version
    BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END;

-- The log of what became public, in order.
CREATE TABLE change (
    number  INTEGER PRIMARY KEY,     -- 1, 2, 3 ...
    at      INTEGER NOT NULL,
    kind    INTEGER NOT NULL,        -- enum ChangeKind
    story   INTEGER NOT NULL,        -- 0: of none (names of sections, tags)
    version INTEGER NOT NULL,        -- made public; 0 when it went away
    late_us INTEGER NOT NULL,        -- how late a schedule was kept
    digest  INTEGER NOT NULL         -- of all the above, by row_digest
) STRICT;
-- 2 is CHANGE_CORRECT.
CREATE INDEX change_correction ON change (story, version) WHERE kind = 2;
-- Few schedules are kept late.
CREATE INDEX change_late ON change (story, late_us) WHERE late_us > 0;
CREATE TRIGGER change_stays BEFORE UPDATE ON change
    BEGIN SELECT RAISE(ABORT, 'the log is never edited'); END;
CREATE TRIGGER change_remains BEFORE DELETE ON change
    BEGIN SELECT RAISE(ABORT, 'the log is never cut'); END;

-- Followers and how far each has come.
CREATE TABLE cursor (
    follower TEXT PRIMARY KEY,
    change   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ---- the public side: derived, in the same transaction, from the above ----
-- Without references: it is made from rows that are there, and `dateline check`
-- compares it with them.

-- One row for each story that is public now: the line of a list.
CREATE TABLE listed (
    story      INTEGER PRIMARY KEY,
    version    INTEGER NOT NULL,
    language   INTEGER NOT NULL,
    section    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    timed      INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    urgency    INTEGER NOT NULL,
    corrected  INTEGER NOT NULL,
    slug       TEXT NOT NULL,
    headline   TEXT NOT NULL,
    deck       TEXT NOT NULL
) STRICT;
CREATE INDEX listed_by_time ON listed (language, at, story);
CREATE INDEX listed_by_section ON listed (language, section, at, story);

CREATE TABLE listed_tag (
    language INTEGER NOT NULL,
    tag      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    story    INTEGER NOT NULL,
    PRIMARY KEY (language, tag, at, story)
) STRICT, WITHOUT ROWID;

-- How many public stories a tag has: the fewer, the more it says.  Tag 0 stands
-- for all stories of the language.
CREATE TABLE listed_tag_count (
    language INTEGER NOT NULL,
    tag      INTEGER NOT NULL,
    stories  INTEGER NOT NULL,
    PRIMARY KEY (language, tag)
) STRICT, WITHOUT ROWID;

-- The rarer words of headlines, to find related stories.  key is one number,
-- since a million stories have six million: the language, the season (`at` in
-- whole spans of 64 days) and the word as a 32-bit hash, as term_key in
-- store/inside.h puts them together.  The words of a season lie together, so
-- that a batch of stories of one time touches few pages.
CREATE TABLE listed_term (
    key   INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    story INTEGER NOT NULL,
    PRIMARY KEY (key, at, story)
) STRICT, WITHOUT ROWID;

-- What was public and is not: withdrawn or killed.
CREATE TABLE gone (
    story    INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL,       -- that was public last
    language INTEGER NOT NULL,
    section  INTEGER NOT NULL,
    state    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    note     TEXT NOT NULL
) STRICT;

-- A public story as the line of a list, with its words of section and language.
CREATE VIEW public_item AS
    SELECT l.story, l.version, g.code AS language_code, x.slug AS section_slug,
           coalesce((SELECT n.name
                       FROM section_name n
                      WHERE n.section = l.section
                        AND n.language = l.language), x.slug) AS section_name,
           l.headline, l.deck, l.slug, l.at, l.timed, l.changed_at, l.urgency,
           l.corrected, l.language, l.section
      FROM listed l
      JOIN language g ON g.id = l.language
      JOIN section x ON x.id = l.section;

-- What the page of a public story shows beside its line.  The story that it
-- follows is named only while that one is public too.  late_us is of its first
-- publication (0 is CHANGE_PUBLISH).
CREATE VIEW public_story AS
    SELECT l.story, s.uri, s.peers,
           (SELECT f.story FROM listed f WHERE f.story = s.follows) AS follows,
           v.body, v.byline, v.place, v.tags, v.words, v.source, v.source_url,
           coalesce((SELECT max(c.late_us) FROM change c
                      WHERE c.story = l.story AND c.late_us > 0 AND c.kind = 0), 0)
           AS late_us
      FROM listed l
      JOIN story s ON s.number = l.story
      JOIN version v ON v.id = l.story * 65536 + l.version;

-- Public stories by the group of their translations.
CREATE VIEW public_peer AS
    SELECT s.peers, l.story
      FROM story s
      JOIN listed l ON l.story = s.number;

-- Public stories by the one that they follow.
CREATE VIEW public_follower AS
    SELECT s.follows, l.story
      FROM story s
      JOIN listed l ON l.story = s.number
     WHERE s.follows IS NOT NULL;

-- What readers were told of corrections, while the story is public; at the time
-- that their source gives them.
CREATE VIEW public_correction AS
    SELECT c.story, c.version, coalesce(v.said_at, c.at) AS at, v.correction
      FROM change c
      JOIN version v ON v.id = c.story * 65536 + c.version
      JOIN listed l ON l.story = c.story
     WHERE c.kind = 2;

-- In which lists a public story stands, and one that is gone stood: so that
-- followers drop what they made of them.
CREATE VIEW public_placing AS
    SELECT l.story, g.code AS language, x.slug AS section, v.tags, l.at,
           s.peers, s.follows
      FROM listed l
      JOIN story s ON s.number = l.story
      JOIN version v ON v.id = l.story * 65536 + l.version
      JOIN language g ON g.id = l.language
      JOIN section x ON x.id = l.section;
CREATE VIEW public_placing_gone AS
    SELECT o.story, g.code AS language, x.slug AS section, v.tags, s.at,
           s.peers, s.follows
      FROM gone o
      JOIN story s ON s.number = o.story
      JOIN version v ON v.id = o.story * 65536 + o.version
      JOIN language g ON g.id = o.language
      JOIN section x ON x.id = o.section;
