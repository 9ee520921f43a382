-- what: is public and stands in no list
DELETE FROM listed WHERE story = 1;
-- what: stands in the lists otherwise than it is
UPDATE listed SET headline = 'Another one' WHERE story = 1;
-- what: stands in the lists otherwise than it is
UPDATE listed SET at = at + 1 WHERE story = 1;
-- what: stands in the lists otherwise than it is
UPDATE story SET state = 0 WHERE number = 1;
-- what: does not stand under its tag
DELETE FROM listed_tag WHERE story = 1;
-- what: rows of tags belong to no public story
INSERT INTO listed_tag VALUES (1, 1, 5, 999);
-- what: is public and not in the full-text index
INSERT INTO cursor SELECT 'search', change FROM head; INSERT INTO cursor SELECT 'search-related', change FROM head; INSERT INTO fact VALUES ('search', 'x');
-- what: has related stories and is not public
INSERT INTO cursor SELECT 'search', change FROM head; INSERT INTO cursor SELECT 'search-related', change FROM head; INSERT INTO fact VALUES ('search', 'x'); INSERT INTO related VALUES (3, 1, '1');
-- what: related: row 999 names a row of story
INSERT INTO related VALUES (999, 1, '1');
-- what: count of a tag's stories
UPDATE listed_tag_count SET stories = 99 WHERE tag = 1;
-- what: count of a language's stories
UPDATE listed_tag_count SET stories = 99 WHERE tag = 0;
-- what: notice of having gone
DELETE FROM gone;
-- what: notice of having gone
INSERT INTO gone VALUES (1, 1, 1, 1, 5, 5, '');
-- what: notice of having gone
INSERT INTO gone VALUES (999, 1, 1, 1, 5, 5, '');
-- what: the last number given
UPDATE head SET story = 7;
-- what: the last change given
UPDATE head SET change = 70;
-- what: the log has
DELETE FROM change WHERE number = 1;
-- what: without a change in the log
UPDATE change SET story = 3 WHERE story = 1;
-- what: versions it counts
UPDATE story SET latest = 2 WHERE number = 1;
-- what: versions it counts
DELETE FROM version WHERE story = 3;
-- what: scheduled for no time
UPDATE story SET state = 2 WHERE number = 3;
-- what: waits for a story that is here
INSERT INTO pending_follow VALUES ('urn:1', 3);
-- what: names a row of
UPDATE story SET language = 99 WHERE number = 3;
-- what: the row of last numbers is missing
DELETE FROM head;
-- what: version 1 is not as it was saved
UPDATE version SET body = '<p>A body of fine words</p>' WHERE story = 1;
-- what: version 1 is not as it was saved
UPDATE version SET words = 6 WHERE story = 3;
-- what: story 1 is not as it was saved
UPDATE story SET source_version = 9 WHERE number = 1;
-- what: story 3 is not as it was saved
UPDATE story SET created_at = created_at + 1 WHERE number = 3;
-- what: story 3 is not as it was saved
UPDATE story SET due_at = 5, embargo = 1 WHERE number = 3;
-- what: story 1 is not as it was saved
UPDATE story SET follows = 2 WHERE number = 1;
-- what: change 1 is not as it was saved
UPDATE change SET at = at + 1 WHERE number = 1;
-- what: change 2 is not as it was saved
UPDATE change SET late_us = 7 WHERE number = 2;
-- what: stands in the lists otherwise than it is
UPDATE listed SET corrected = 1 WHERE story = 1;
-- what: notice of having gone
UPDATE gone SET at = at + 1;
-- what: notice of having gone
UPDATE gone SET section = 7;
-- what: notice of having gone
UPDATE gone SET version = 9;
-- what: story 1, version 2 of entry 1 is not as it was saved
UPDATE entry SET body = '<p>Nine is open.</p>' WHERE story = 1 AND number = 1 AND version = 2;
-- what: story 1, version 2 of entry 2 is not as it was saved
UPDATE entry SET withdrawn = 0 WHERE story = 1 AND number = 2;
-- what: story 1, version 1 of entry 1 is not as it was saved
UPDATE entry SET pinned = 0 WHERE story = 1 AND number = 1;
-- what: story 1 has entries that do not follow one another
DELETE FROM entry WHERE number = 1 AND version = 1;
-- what: story 1 has entries that do not follow one another
DELETE FROM entry WHERE number = 1;
-- what: story 1 has entries that do not follow one another
UPDATE entry SET at = at + 1 WHERE number = 1 AND version = 2;
-- what: story 1 has entries that do not follow one another
UPDATE entry SET withdrawn = 1 - withdrawn WHERE number = 2;
-- what: change: row 7 names a row of entry that is missing
DELETE FROM entry WHERE number = 2;
-- what: coverage: row 1 names a row of entry that is missing
DELETE FROM entry;
-- what: entry: row 1 names a row of coverage that is missing
DELETE FROM coverage;
-- what: coverage: row 99 names a row of story that is missing
INSERT INTO coverage VALUES (99, NULL);
-- what: pin: row 99 names a row of story that is missing
INSERT INTO pin VALUES (99, 5);
-- what: push_told: row 99 names a row of story that is missing
INSERT INTO push_told VALUES (99, '', 5);
-- what: is not listed with its own picture
DELETE FROM listed_picture;
-- what: is not listed with its own picture
INSERT INTO listed_picture VALUES (999, 1);
-- what: the picture of story 1, version 1 is not as it was saved
UPDATE version_picture SET alt = 'Another one' WHERE id = 65537;
-- what: version_picture: row 6553601 names a row of version
INSERT INTO version_picture VALUES (6553601, 1, '', '', 0);
