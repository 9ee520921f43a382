-- Pictures.  Their bytes lie elsewhere (media/shelf.h), under their marks.

-- A picture: see story/picture.h for the mark, the type, colour and focus.
-- until (microseconds): it may not be shown from then on; expired: that has come,
-- and the log says so of each story that showed it.
CREATE TABLE picture (
    number   INTEGER PRIMARY KEY,
    mark     TEXT NOT NULL UNIQUE,
    type     INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    width    INTEGER NOT NULL,
    height   INTEGER NOT NULL,
    color    INTEGER NOT NULL,
    focus_x  INTEGER NOT NULL,
    focus_y  INTEGER NOT NULL,
    alt      TEXT NOT NULL,
    caption  TEXT NOT NULL,
    credit   TEXT NOT NULL,
    rights   TEXT NOT NULL,
    until    INTEGER,
    expired  INTEGER NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX picture_by_until ON picture (until)
    WHERE until IS NOT NULL AND expired = 0;

-- The picture that leads a version (id is its), and what is said of it there; what
-- is empty is said by the picture.  digest: of all before it, by row_digest.
CREATE TABLE version_picture (
    id      INTEGER PRIMARY KEY,
    picture INTEGER NOT NULL REFERENCES picture (number),
    alt     TEXT NOT NULL,
    caption TEXT NOT NULL,
    digest  INTEGER NOT NULL
) STRICT;
CREATE TRIGGER version_picture_stays BEFORE UPDATE ON version_picture
    BEGIN SELECT RAISE(ABORT, 'a version is never edited'); END;
CREATE TRIGGER version_picture_remains BEFORE DELETE ON version_picture
    BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END;

-- Derived: of each story in the lists the picture of the version that stands
-- there.
CREATE TABLE listed_picture (
    story   INTEGER PRIMARY KEY,
    picture INTEGER NOT NULL
) STRICT;
CREATE INDEX listed_by_picture ON listed_picture (picture, story);

DROP VIEW public_item;
CREATE VIEW public_item AS
    SELECT l.story, l.version, g.code AS language_code, x.slug AS section_slug,
           coalesce((SELECT n.name
                       FROM section_name n
                      WHERE n.section = l.section
                        AND n.language = l.language), x.slug) AS section_name,
           l.headline, l.deck, l.slug, l.at, l.timed, l.changed_at, l.urgency,
           l.corrected, l.language, l.section,
           p.mark, p.width, p.height, p.color, p.focus_x, p.focus_y
      FROM listed l
      JOIN language g ON g.id = l.language
      JOIN section x ON x.id = l.section
      LEFT JOIN listed_picture q ON q.story = l.story
      LEFT JOIN picture p ON p.number = q.picture AND p.expired = 0;

-- What is said of the picture that a public story shows.
CREATE VIEW public_lead AS
    SELECT q.story, p.number, p.type, p.bytes,
           CASE v.alt WHEN '' THEN p.alt ELSE v.alt END AS alt,
           CASE v.caption WHEN '' THEN p.caption ELSE v.caption END AS caption,
           p.credit, p.rights, p.until
      FROM listed_picture q
      JOIN listed l ON l.story = q.story
      JOIN version_picture v ON v.id = l.story * 65536 + l.version
      JOIN picture p ON p.number = q.picture AND p.expired = 0;

-- Pictures that some public story shows.
CREATE VIEW public_picture AS
    SELECT p.mark, p.width, p.height, p.until
      FROM picture p
     WHERE p.expired = 0
       AND EXISTS (SELECT 1 FROM listed_picture q WHERE q.picture = p.number);

-- The stories that show it.
CREATE VIEW public_shown AS
    SELECT p.mark, q.story
      FROM picture p
      JOIN listed_picture q ON q.picture = p.number
     WHERE p.expired = 0;
