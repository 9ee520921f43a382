-- See schema_003.sqlite.sql.

CREATE TABLE search (
    doc   BIGINT PRIMARY KEY,
    terms TSVECTOR NOT NULL
);
-- The vectors are read by nobody: out of the way of what is.
ALTER TABLE search ALTER COLUMN terms SET STORAGE EXTENDED;
ALTER TABLE search SET (toast_tuple_target = 128);
-- What was put in lately is looked through as a list: it must stay short.
CREATE INDEX search_by_term ON search USING gin (terms)
    WITH (fastupdate = on, gin_pending_list_limit = 512);

CREATE TABLE search_doc (
    doc     BIGINT PRIMARY KEY,
    story   BIGINT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    words   BIGINT NOT NULL,
    places  BYTEA NOT NULL
);

CREATE TABLE search_term (
    term    TEXT COLLATE "C" PRIMARY KEY,
    stories BIGINT NOT NULL
);

DO $$
BEGIN
    EXECUTE format('GRANT SELECT ON search, search_doc, search_term TO %I',
                   current_database() || '_readers');
END $$;
