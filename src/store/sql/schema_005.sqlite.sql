-- What readers read, and what of it is hot now.  No reader is in here: reads are
-- sums.

-- Reads of a minute (of 1970), by the story's language and section (slugs) and
-- the class of screen: 0 phone, 1 tablet, 2 desktop.  Kept for two days.
CREATE TABLE read_minute (
    minute   INTEGER NOT NULL,
    language TEXT NOT NULL,
    section  TEXT NOT NULL,
    screen   INTEGER NOT NULL,
    reads    INTEGER NOT NULL,
    PRIMARY KEY (minute, language, section, screen)
) STRICT, WITHOUT ROWID;

-- Reads of a story in an hour (of 1970).  Kept for 31 days.
CREATE TABLE read_hour (
    hour  INTEGER NOT NULL,
    story INTEGER NOT NULL,
    reads INTEGER NOT NULL,
    PRIMARY KEY (hour, story)
) STRICT, WITHOUT ROWID;

-- The same by the site that readers came from: a host, or empty.
CREATE TABLE read_referrer (
    hour     INTEGER NOT NULL,
    referrer TEXT NOT NULL,
    reads    INTEGER NOT NULL,
    PRIMARY KEY (hour, referrer)
) STRICT, WITHOUT ROWID;

-- How much a story is read, what is long ago counting less: see audience/heat.h
-- for the periods and the unit.  half_life in seconds: under another one nothing
-- of this counts.
CREATE TABLE heat (
    half_life INTEGER NOT NULL,
    period    INTEGER NOT NULL,
    story     INTEGER NOT NULL,
    heat      INTEGER NOT NULL,
    PRIMARY KEY (half_life, period, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX heat_by_heat ON heat (half_life, period, heat);

-- Stories that editors want first among the hot ones, until then (microseconds).
CREATE TABLE pin (
    story INTEGER PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX pin_by_until ON pin (until, story);

-- The hot stories of a language (section empty) and of each of its sections, in
-- order.  When that changed last (microseconds) is the fact 'hot'.
CREATE TABLE hot (
    language TEXT NOT NULL,
    section  TEXT NOT NULL,
    place    INTEGER NOT NULL,
    story    INTEGER NOT NULL,
    PRIMARY KEY (language, section, place)
) STRICT, WITHOUT ROWID;

CREATE VIEW public_hot AS
    SELECT h.language AS of_language, h.section AS of_section, h.place, i.*
      FROM hot h
      JOIN public_item i ON i.story = h.story;

CREATE VIEW public_hot_at AS
    SELECT f.value FROM fact f WHERE f.name = 'hot';

-- Which stories MORE ABOUT shows beside one, found when that version of it was
-- published: their numbers, with a space between, as they are shown.  Made under
-- the cursor "search-related" from what the full-text index has.
CREATE TABLE related (
    story   INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    stories TEXT NOT NULL
) STRICT;

CREATE VIEW public_related AS
    SELECT r.story, r.stories
      FROM related r
      JOIN listed l ON l.story = r.story AND l.version = r.version;

-- How far the index is: the last change that it has followed, and the last whose
-- stories have their related ones.  Of one that is yet to be made anew nothing
-- counts.
DROP VIEW public_index;
CREATE VIEW public_index AS
    SELECT c.change, r.change AS related
      FROM cursor c
      JOIN cursor r ON r.follower = 'search-related'
     WHERE c.follower = 'search'
       AND EXISTS (SELECT 1
                     FROM fact f
                    WHERE f.name = 'search' AND f.value <> '');

-- Browsers whose readers want to be told of flashes: where to send it and what to
-- seal it with (base64url), in which language, and of what: topics with a space
-- before and behind each.  What the service answered as gone is dropped.
CREATE TABLE push_subscription (
    endpoint   TEXT PRIMARY KEY,
    p256dh     TEXT NOT NULL,
    auth       TEXT NOT NULL,
    language   TEXT NOT NULL,
    topics     TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX push_by_language ON push_subscription (language, endpoint);

-- Stories of which flashes were sent within a day, and under which topics: whoever
-- had one is told what becomes of it.
CREATE TABLE push_told (
    story  INTEGER PRIMARY KEY,
    topics TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX push_told_by_at ON push_told (at);

-- Live coverage: a story whose body goes on as a stream of entries.  ended_at
-- (microseconds): NULL while it goes on.
CREATE TABLE coverage (
    story    INTEGER PRIMARY KEY,
    ended_at INTEGER
) STRICT;

-- Versions of entries; the last of a number counts.  at is when it first came,
-- saved_at when this version did (microseconds); key: one of the key events;
-- note: what readers are told of a correction or a withdrawal.  body is
-- sanitised markup.  digest: of all before it, by row_digest.
CREATE TABLE entry (
    story     INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    saved_at  INTEGER NOT NULL,
    pinned    INTEGER NOT NULL,
    key       INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    headline  TEXT NOT NULL,
    byline    TEXT NOT NULL,
    note      TEXT NOT NULL,
    body      TEXT NOT NULL,
    digest    INTEGER NOT NULL,
    PRIMARY KEY (story, number, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'an entry is never edited'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;

CREATE VIEW public_coverage AS
    SELECT c.story, c.ended_at
      FROM coverage c
      JOIN listed l ON l.story = c.story;

-- What of it readers see: the last version of each entry that was not withdrawn.
CREATE VIEW public_entry AS
    SELECT e.story, e.number, e.version, e.at, e.saved_at, e.pinned, e.key,
           e.headline, e.byline, e.note, e.body
      FROM entry e
      JOIN listed l ON l.story = e.story
     WHERE e.withdrawn = 0
       AND e.version = (SELECT max(x.version)
                          FROM entry x
                         WHERE x.story = e.story AND x.number = e.number);
