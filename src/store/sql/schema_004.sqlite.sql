-- What has to do with a story is found in the full-text index now.

DROP TABLE listed_term;

-- How far the index is: the last change that it has followed.
CREATE VIEW public_index AS
    SELECT change FROM cursor WHERE follower = 'search';
