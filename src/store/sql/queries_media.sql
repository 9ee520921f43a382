-- Pictures, on the writing side; what readers see of them is in queries_public.

-- Columns of a picture in this order everywhere.
-- name: picture_get :one
SELECT number, mark, type, bytes, width, height, color, focus_x, focus_y, alt,
       caption, credit, rights, until, added_at
  FROM picture
 WHERE mark = $1;

-- name: picture_by_number :one
SELECT number, mark, type, bytes, width, height, color, focus_x, focus_y, alt,
       caption, credit, rights, until, added_at
  FROM picture
 WHERE number = $1;

-- Newest first.
-- name: pictures_before :many
SELECT number, mark, type, bytes, width, height, color, focus_x, focus_y, alt,
       caption, credit, rights, until, added_at
  FROM picture
 WHERE number < $1
 ORDER BY number DESC
 LIMIT $2;

-- name: picture_add :one
INSERT INTO picture (mark, type, bytes, width, height, color, focus_x, focus_y,
                     alt, caption, credit, rights, until, expired, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
RETURNING number;

-- name: picture_save :run
UPDATE picture
   SET focus_x = $2, focus_y = $3, alt = $4, caption = $5, credit = $6,
       rights = $7, until = $8, expired = $9
 WHERE number = $1;

-- name: pictures_due :many
SELECT number FROM picture
 WHERE until IS NOT NULL AND expired = 0 AND until <= $1
 ORDER BY until
 LIMIT $2;

-- Another node may have.
-- name: picture_expire :run
UPDATE picture SET expired = 1 WHERE number = $1 AND expired = 0;

-- name: pictures_due_next :one
SELECT until FROM picture
 WHERE until IS NOT NULL AND expired = 0
 ORDER BY until
 LIMIT 1;

-- The stories that show it, a page at a time.
-- name: picture_shown :many
SELECT q.story, l.version
  FROM listed_picture q
  JOIN listed l ON l.story = q.story
 WHERE q.picture = $1 AND q.story > $2
 ORDER BY q.story
 LIMIT $3;

-- name: version_picture_add :run
INSERT INTO version_picture (id, picture, alt, caption, digest)
VALUES ($1, $2, $3, $4, $5);

-- name: listed_picture_add :run
INSERT INTO listed_picture (story, picture) VALUES ($1, $2);

-- name: listed_picture_drop :run
DELETE FROM listed_picture WHERE story = $1;

-- What a store holds of them, in the order of their keys.
-- name: carry_pictures :walk
SELECT number, mark, type, bytes, width, height, color, focus_x, focus_y, alt,
       caption, credit, rights, until, expired, added_at
  FROM picture
 ORDER BY number;

-- name: picture_put :run
INSERT INTO picture (number, mark, type, bytes, width, height, color, focus_x,
                     focus_y, alt, caption, credit, rights, until, expired,
                     added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ON CONFLICT (number) DO UPDATE
    SET focus_x = excluded.focus_x, focus_y = excluded.focus_y,
        alt = excluded.alt, caption = excluded.caption,
        credit = excluded.credit, rights = excluded.rights,
        until = excluded.until, expired = excluded.expired;

-- Columns in the order of version_picture_add.
-- name: carry_version_pictures :walk
SELECT id, picture, alt, caption, digest FROM version_picture ORDER BY id;

-- name: version_picture_put :run
INSERT INTO version_picture (id, picture, alt, caption, digest)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING;

-- name: carry_list_pictures :run
INSERT INTO listed_picture (story, picture)
SELECT l.story, v.picture
  FROM version_picture v
  JOIN listed l ON l.story = v.id / 65536 AND l.version = v.id % 65536
 WHERE NOT EXISTS (SELECT 1 FROM listed_picture q WHERE q.story = l.story);

-- ---- what `dateline check` asks ----

-- In the order of version_picture_add.
-- name: check_picture_digests :walk
SELECT id, picture, alt, caption, digest FROM version_picture;

-- Stories whose row is not that of the version that readers see.
-- name: check_listed_pictures :walk
SELECT l.story
  FROM listed l
  LEFT JOIN version_picture v ON v.id = l.story * 65536 + l.version
  LEFT JOIN listed_picture q ON q.story = l.story
 WHERE coalesce(v.picture, 0) <> coalesce(q.picture, 0)
UNION
SELECT q.story
  FROM listed_picture q
 WHERE NOT EXISTS (SELECT 1 FROM listed l WHERE l.story = q.story);
