-- See schema_002.sqlite.sql.
ALTER TABLE head ADD COLUMN closed TEXT NOT NULL DEFAULT '';
