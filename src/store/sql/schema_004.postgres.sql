-- search_doc anew.  It was most of what a search reads: PostgreSQL moves what is
-- long out of a row only when the row is over two kB, and these were 1.5.  So a
-- row is made longer than that by spaces, which are then packed to 30 bytes: its
-- terms, read by nobody but GIN once, lie elsewhere, and a page has the docs of
-- twenty hits instead of five.

DROP TABLE search_doc;

CREATE TABLE search_doc (
    doc     BIGINT PRIMARY KEY,
    story   BIGINT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    words   BIGINT NOT NULL,
    places  BYTEA NOT NULL,
    terms   TSVECTOR NOT NULL,
    spaces  TEXT NOT NULL DEFAULT repeat(' ', 2000)
) WITH (toast_tuple_target = 512);

ALTER TABLE search_doc
    ALTER places SET STORAGE EXTERNAL,
    ALTER terms SET STORAGE EXTERNAL;

-- What was put in lately is looked through as a list: it must stay short.
CREATE INDEX search_by_term ON search_doc USING gin (terms)
    WITH (fastupdate = on, gin_pending_list_limit = 256);

-- It is made anew by its follower.
DELETE FROM fact WHERE name = 'search';

-- What has to do with a story is found in the full-text index now.
DROP TABLE listed_term;

-- How far the index is: the last change that it has followed.
CREATE VIEW public_index AS
    SELECT change FROM cursor WHERE follower = 'search';

DO $$
BEGIN
    EXECUTE format('GRANT SELECT ON search_doc, public_index TO %I',
                   current_database() || '_readers');
END $$;
