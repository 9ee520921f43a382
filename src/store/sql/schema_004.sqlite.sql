-- What has to do with a story is found in the full-text index now.

DROP TABLE listed_term;

-- How far the index is: the last change that it has followed, and the last whose
-- terms are counted.  Of one that is yet to be made anew nothing counts.
CREATE VIEW public_index AS
    SELECT c.change, t.change AS counted
      FROM cursor c
      JOIN cursor t ON t.follower = 'search-terms'
     WHERE c.follower = 'search'
       AND EXISTS (SELECT 1
                     FROM fact f
                    WHERE f.name = 'search' AND f.value <> '');
