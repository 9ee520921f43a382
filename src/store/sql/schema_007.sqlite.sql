-- Ads: what is shown, to whom, how often, and how often it was (doc/ads.md).
-- Nothing here tells of one reader.

-- A campaign: see story/campaign.h.  languages, sections, tags and slots are
-- words with spaces between them.  seen: in all; day_seen: on that day (of 1970,
-- by the agency's clock).
CREATE TABLE campaign (
    number    INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,
    link      TEXT NOT NULL,
    alt       TEXT NOT NULL,
    begins    INTEGER,
    ends      INTEGER,
    weight    INTEGER NOT NULL,
    cap       INTEGER NOT NULL,
    day_cap   INTEGER NOT NULL,
    house     INTEGER NOT NULL,
    stopped   INTEGER NOT NULL,
    languages TEXT NOT NULL,
    sections  TEXT NOT NULL,
    tags      TEXT NOT NULL,
    slots     TEXT NOT NULL,
    seen      INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    day_seen  INTEGER NOT NULL,
    added_at  INTEGER NOT NULL
) STRICT;

-- What it shows: a picture (its number), or HTML.  gone: no longer; what was
-- counted of it stays.
CREATE TABLE creative (
    number   INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign (number),
    picture  INTEGER REFERENCES picture (number),
    html     TEXT NOT NULL,
    gone     INTEGER NOT NULL
) STRICT;
CREATE INDEX creative_by_campaign ON creative (campaign);
CREATE INDEX creative_by_picture ON creative (picture)
    WHERE picture IS NOT NULL;

-- How often it was seen and clicked in an hour of a day, by the agency's clock.
CREATE TABLE ad_count (
    campaign INTEGER NOT NULL REFERENCES campaign (number),
    day      INTEGER NOT NULL,
    hour     INTEGER NOT NULL,
    creative INTEGER NOT NULL,
    slot     TEXT NOT NULL,
    language TEXT NOT NULL,
    seen     INTEGER NOT NULL,
    clicks   INTEGER NOT NULL,
    PRIMARY KEY (campaign, day, hour, creative, slot, language)
) STRICT;

-- Nodes that show ads, and how often each may still show a campaign that has a
-- cap.  at (microseconds): when it said so last.
CREATE TABLE ad_node (
    node INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL
) STRICT;
CREATE TABLE ad_lot (
    campaign INTEGER NOT NULL,
    node     INTEGER NOT NULL,
    held     INTEGER NOT NULL,
    PRIMARY KEY (campaign, node)
) STRICT;

-- What was seen or clicked and is another node's to count.
CREATE TABLE ad_passed (
    number INTEGER PRIMARY KEY,
    node   INTEGER NOT NULL,
    ticket TEXT NOT NULL,
    click  INTEGER NOT NULL
) STRICT;
