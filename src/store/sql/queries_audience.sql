-- What readers read, and what of it is hot.

-- ---- writing ----

-- name: read_minute_add :run
INSERT INTO read_minute (minute, language, section, screen, reads)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (minute, language, section, screen)
    DO UPDATE SET reads = read_minute.reads + excluded.reads;

-- name: read_hour_add :run
INSERT INTO read_hour (hour, story, reads) VALUES ($1, $2, $3)
    ON CONFLICT (hour, story)
    DO UPDATE SET reads = read_hour.reads + excluded.reads;

-- name: read_referrer_add :run
INSERT INTO read_referrer (hour, referrer, reads) VALUES ($1, $2, $3)
    ON CONFLICT (hour, referrer)
    DO UPDATE SET reads = read_referrer.reads + excluded.reads;

-- name: heat_add :run
INSERT INTO heat (half_life, period, story, heat) VALUES ($1, $2, $3, $4)
    ON CONFLICT (half_life, period, story)
    DO UPDATE SET heat = heat.heat + excluded.heat;

-- name: read_minute_drop :run
DELETE FROM read_minute WHERE minute < $1;

-- name: read_hour_drop :run
DELETE FROM read_hour WHERE hour < $1;

-- name: read_referrer_drop :run
DELETE FROM read_referrer WHERE hour < $1;

-- name: heat_drop :run
DELETE FROM heat WHERE half_life BETWEEN $1 AND $2 AND period < $3;

-- name: pin_put :run
INSERT INTO pin (story, until) VALUES ($1, $2)
    ON CONFLICT (story) DO UPDATE SET until = excluded.until;

-- name: pin_drop :run
DELETE FROM pin WHERE story = $1;

-- name: pin_drop_old :run
DELETE FROM pin WHERE until <= $1;

-- name: hot_clear :run
DELETE FROM hot;

-- name: hot_put :run
INSERT INTO hot (language, section, place, story) VALUES ($1, $2, $3, $4);

-- ---- ranking ----

-- Where a story is public: for what was read.
-- name: read_place :one
SELECT language_code, section_slug FROM public_item WHERE story = $1;

-- name: heat_top :many
SELECT h.story, h.heat, i.language_code, i.section_slug
  FROM heat h
  JOIN public_item i ON i.story = h.story
 WHERE h.half_life = $1 AND h.period = $2
 ORDER BY h.heat DESC
 LIMIT $3;

-- The one that will end last first.
-- name: pin_list :many
SELECT story, until FROM pin
 WHERE until > $1
 ORDER BY until DESC, story DESC
 LIMIT $2;

-- name: hot_list :many
SELECT language, section, place, story FROM hot few
 ORDER BY language, section, place;

-- name: hot_at :one
SELECT value FROM public_hot_at;

-- The first $3 of a list. Of each table in the view a column is named.
-- name: public_hot :many
SELECT story, version, language_code, section_slug, section_name, headline,
       deck, slug, at, timed, changed_at, urgency, corrected, language,
       section, mark, width, height, color, focus_x, focus_y
  FROM public_hot
 WHERE of_language = $1 AND of_section = $2 AND place >= 0
 ORDER BY place
 LIMIT $3;

-- ---- what operators see ----

-- name: report_minutes :many
SELECT minute, CAST(sum(reads) AS bigint) FROM read_minute
 WHERE minute >= $1
 GROUP BY minute ORDER BY minute;

-- name: report_languages :many
SELECT language, CAST(sum(reads) AS bigint) FROM read_minute
 WHERE minute >= $1
 GROUP BY language ORDER BY sum(reads) DESC, language LIMIT $2;

-- name: report_sections :many
SELECT section, CAST(sum(reads) AS bigint) FROM read_minute
 WHERE minute >= $1
 GROUP BY section ORDER BY sum(reads) DESC, section LIMIT $2;

-- name: report_screens :many
SELECT screen, CAST(sum(reads) AS bigint) FROM read_minute
 WHERE minute >= $1
 GROUP BY screen ORDER BY screen;

-- name: report_referrers :many
SELECT referrer, CAST(sum(reads) AS bigint) FROM read_referrer
 WHERE hour >= $1
 GROUP BY referrer ORDER BY sum(reads) DESC, referrer LIMIT $2;

-- name: report_stories :many
SELECT r.story, CAST(sum(r.reads) AS bigint),
       coalesce((SELECT i.headline FROM public_item i WHERE i.story = r.story), '')
  FROM read_hour r
 WHERE r.hour >= $1
 GROUP BY r.story ORDER BY sum(r.reads) DESC, r.story LIMIT $2;

-- ---- who wants to be told ----

-- name: push_put :run
INSERT INTO push_subscription
       (endpoint, p256dh, auth, language, topics, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (endpoint)
    DO UPDATE SET p256dh = excluded.p256dh, auth = excluded.auth,
                  language = excluded.language, topics = excluded.topics;

-- name: push_drop :run
DELETE FROM push_subscription WHERE endpoint = $1;

-- name: push_list :many
SELECT endpoint, p256dh, auth, topics FROM push_subscription
 WHERE language = $1 AND endpoint > $2
 ORDER BY endpoint
 LIMIT $3;

-- name: push_told_get :many
SELECT topics FROM push_told WHERE story = $1 AND at >= $2;

-- name: push_told_put :run
INSERT INTO push_told (story, topics, at) VALUES ($1, $2, $3)
    ON CONFLICT (story)
    DO UPDATE SET topics = excluded.topics, at = excluded.at;

-- name: push_told_drop :run
DELETE FROM push_told WHERE at < $1;
