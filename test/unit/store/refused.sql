SELECT body FROM version
SELECT body FROM entry
SELECT ended_at FROM coverage
SELECT note FROM story
SELECT (SELECT note FROM story LIMIT 1)
SELECT l.headline FROM listed l WHERE l.story IN (SELECT number FROM story)
SELECT l.headline FROM listed l JOIN story s ON s.number = l.story
SELECT l.headline FROM listed l WHERE EXISTS (SELECT 1 FROM version)
SELECT l.headline FROM listed l ORDER BY (SELECT max(number) FROM story)
SELECT headline FROM listed UNION ALL SELECT headline FROM version
SELECT x.body FROM (SELECT body FROM version) x
WITH x AS (SELECT body FROM version) SELECT body FROM x
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n
SELECT count(*) FROM version
SELECT value FROM fact
SELECT change FROM cursor
SELECT story FROM head
SELECT peers FROM peer_key
SELECT uri FROM pending_follow
SELECT sql FROM sqlite_schema
SELECT sql FROM sqlite_master
SELECT sql FROM sqlite_temp_master
UPDATE sqlite_master SET sql = ''
UPDATE sqlite_master SET type = type, name = name, tbl_name = tbl_name, rootpage = rootpage, sql = sql
DELETE FROM sqlite_master
UPDATE main.sqlite_schema SET rootpage = 2 WHERE name = 'version'
UPDATE sqlite_temp_master SET sql = ''
SELECT rowid, name FROM sqlite_master
SELECT rowid FROM sqlite_master WHERE sql IS NOT NULL
SELECT name FROM pragma_table_info('version')
SELECT name FROM dbstat
SELECT sql FROM sqlite_stmt
EXPLAIN SELECT body FROM version
EXPLAIN QUERY PLAN SELECT body FROM version
PRAGMA table_info(version)
PRAGMA writable_schema = ON
PRAGMA query_only = OFF
PRAGMA data_version = 1
PRAGMA trusted_schema = ON
ATTACH 'file::memory:' AS other
ATTACH ':memory:' AS other
DETACH main
CREATE TEMP VIEW public_x AS SELECT body FROM version
CREATE TEMP TABLE t (a)
CREATE TABLE t (a)
CREATE TEMP TRIGGER t AFTER INSERT ON gone BEGIN SELECT 1; END
INSERT INTO gone (story, version, language, section, state, at, note) VALUES (1, 1, 1, 1, 1, 1, '')
UPDATE listed SET headline = 'x'
DELETE FROM listed
DROP TABLE listed
VACUUM
REINDEX
ANALYZE
SELECT load_extension('x')
SELECT hex(headline) FROM listed
SELECT randomblob(10)
SAVEPOINT x
