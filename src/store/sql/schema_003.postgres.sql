-- See schema_003.sqlite.sql.

-- One row a doc. What is long in it lies elsewhere, so that a page of the table
-- has the docs of many hits: GIN knows where a row is and not which doc it is.
CREATE TABLE search_doc (
    doc     BIGINT PRIMARY KEY,
    story   BIGINT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    words   BIGINT NOT NULL,
    places  BYTEA NOT NULL,
    terms   TSVECTOR NOT NULL
) WITH (toast_tuple_target = 128);

-- What was put in lately is looked through as a list: it must stay short.
CREATE INDEX search_by_term ON search_doc USING gin (terms)
    WITH (fastupdate = on, gin_pending_list_limit = 256);

CREATE TABLE search_term (
    term    TEXT COLLATE "C" PRIMARY KEY,
    stories BIGINT NOT NULL
);

DO $$
BEGIN
    EXECUTE format('GRANT SELECT ON search_doc, search_term TO %I',
                   current_database() || '_readers');
END $$;
