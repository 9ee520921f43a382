SELECT body FROM version
SELECT body FROM entry
SELECT ended_at FROM coverage
SELECT note FROM story
SELECT (SELECT note FROM story LIMIT 1)
SELECT l.headline FROM listed l WHERE l.story IN (SELECT number FROM story)
SELECT l.headline FROM listed l WHERE EXISTS (SELECT 1 FROM version)
SELECT headline FROM listed UNION ALL SELECT headline FROM version
SELECT x.body FROM (SELECT body FROM version) x
WITH x AS (SELECT body FROM version) SELECT body FROM x
SELECT count(*) FROM version
SELECT value FROM fact
SELECT change FROM cursor
SELECT story FROM head
SELECT peers FROM peer_key
SELECT uri FROM pending_follow
SELECT id FROM writer
TABLE version
COPY version TO STDOUT
COPY listed TO '/tmp/dateline-out'
DECLARE x CURSOR WITH HOLD FOR SELECT body FROM version
EXPLAIN ANALYZE SELECT body FROM version
CREATE TEMP VIEW public_x AS SELECT body FROM version
CREATE VIEW public_x AS SELECT body FROM version
CREATE TABLE t (a INTEGER)
INSERT INTO gone (story, version, language, section, state, at, note) VALUES (1, 1, 1, 1, 1, 1, '')
UPDATE listed SET headline = 'x'
DELETE FROM listed
DROP TABLE listed
TRUNCATE listed
LOCK TABLE listed IN EXCLUSIVE MODE
SELECT headline FROM listed FOR UPDATE
CREATE FUNCTION f() RETURNS BIGINT LANGUAGE sql AS 'SELECT 1::BIGINT'
ALTER TABLE listed OWNER TO CURRENT_USER
GRANT SELECT ON version TO PUBLIC
SELECT pg_read_file('postgresql.conf')
SELECT lo_import('/etc/passwd')
