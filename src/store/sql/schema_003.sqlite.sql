-- The full-text index.  It follows the log (search/follow.h) under the cursor
-- "search", and can be made anew from the stories at any time.
--
-- A story that is in it is a doc: a number in the order of publication, so that
-- the newest hits are read first and nothing is sorted.  It is the second of
-- publication, counted from the year 1; where another has that, the next free
-- one before it.

-- Which docs have a term: those of search/analysis.h, each once, with a space
-- between.  Where in the story it stands is in search_doc.places.
CREATE VIRTUAL TABLE search USING fts5 (
    terms,
    content = '', columnsize = 0, detail = none,
    tokenize = "ascii tokenchars '#/@^:*+.,-'"
);

CREATE TABLE search_doc (
    doc     INTEGER PRIMARY KEY,
    story   INTEGER NOT NULL UNIQUE,
    version INTEGER NOT NULL,        -- whose words these are
    words   INTEGER NOT NULL,        -- how many
    places  BLOB NOT NULL            -- as store/index.h has it
) STRICT;

-- How many stories were published with a term, ever: the fewer, the more it
-- says.  Counted under the cursor "search-terms", some stories behind the index.
CREATE TABLE search_term (
    term    TEXT PRIMARY KEY,
    stories INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
