-- Ads: campaigns, what they show, and how often it was seen.

-- ---- campaigns ----

-- Columns of a campaign in this order everywhere.
-- name: campaign_list :many
SELECT number, name, link, alt, begins, ends, weight, cap, day_cap, house,
       stopped, languages, sections, tags, slots, seen, day, day_seen
  FROM campaign few
 ORDER BY number
 LIMIT $1;

-- Those that may be seen still.
-- name: campaign_running :many
SELECT number, name, link, alt, begins, ends, weight, cap, day_cap, house,
       stopped, languages, sections, tags, slots, seen, day, day_seen
  FROM campaign few
 WHERE stopped = 0 AND coalesce(ends, $1) >= $1
 ORDER BY number
 LIMIT $2;

-- name: campaign_find :one
SELECT number, name, link, alt, begins, ends, weight, cap, day_cap, house,
       stopped, languages, sections, tags, slots, seen, day, day_seen
  FROM campaign
 WHERE name = $1;

-- One that is put again is not stopped.
-- name: campaign_put :one
INSERT INTO campaign (name, link, alt, begins, ends, weight, cap, day_cap, house,
                      stopped, languages, sections, tags, slots, seen, day,
                      day_seen, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13, 0, 0, 0, $14)
    ON CONFLICT (name)
    DO UPDATE SET link = excluded.link, alt = excluded.alt,
                  begins = excluded.begins, ends = excluded.ends,
                  weight = excluded.weight, cap = excluded.cap,
                  day_cap = excluded.day_cap, house = excluded.house,
                  stopped = 0, languages = excluded.languages,
                  sections = excluded.sections, tags = excluded.tags,
                  slots = excluded.slots
RETURNING number;

-- name: campaign_stop :run
UPDATE campaign SET stopped = $2 WHERE number = $1;

-- name: campaign_count :one
SELECT count(*) FROM campaign few WHERE stopped = 0;

-- ---- what they show ----

-- Those that are shown now, of every campaign that is not stopped.
-- name: creative_list :many
SELECT few.number, few.campaign, few.html, p.mark, p.width, p.height, p.color,
       p.focus_x, p.focus_y, p.until
  FROM creative few
  JOIN campaign a ON a.number = few.campaign AND a.stopped = 0
  LEFT JOIN picture p ON p.number = few.picture AND p.expired = 0
 WHERE few.gone = 0
 ORDER BY few.number
 LIMIT $1;

-- name: creative_clear :run
UPDATE creative SET gone = 1 WHERE campaign = $1;

-- One that was shown before is shown again.
-- name: creative_again :run
UPDATE creative SET gone = 0
 WHERE campaign = $1 AND html = $3 AND coalesce(picture, 0) = $2;

-- name: creative_add :run
INSERT INTO creative (campaign, picture, html, gone) VALUES ($1, $2, $3, 0);

-- ---- counting ----

-- name: ad_count_add :run
INSERT INTO ad_count (campaign, day, hour, creative, slot, language, seen,
                      clicks)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (campaign, day, hour, creative, slot, language)
    DO UPDATE SET seen = ad_count.seen + excluded.seen,
                  clicks = ad_count.clicks + excluded.clicks;

-- Where another node has counted for the next day already, day stays that; a day
-- that is further ahead is of a clock that was wrong.
-- name: campaign_seen :run
UPDATE campaign
   SET seen = seen + $3,
       day_seen = CASE WHEN day = $2 OR day - 1 = $2 THEN day_seen + $3
                       ELSE $3 END,
       day = CASE WHEN day - 1 = $2 THEN day ELSE $2 END
 WHERE number = $1;

-- ---- nodes ----

-- name: ad_node_put :run
INSERT INTO ad_node (node, at) VALUES ($1, $2)
    ON CONFLICT (node) DO UPDATE SET at = excluded.at;

-- name: ad_node_at :one
SELECT at FROM ad_node WHERE node = $1;

-- name: ad_node_drop_old :run
DELETE FROM ad_node WHERE at < $1;

-- name: ad_node_drop :run
DELETE FROM ad_node WHERE node = $1;

-- name: ad_node_list :many
SELECT node FROM ad_node few ORDER BY node LIMIT $1;

-- name: ad_lot_drop_old :run
DELETE FROM ad_lot WHERE node NOT IN (SELECT node FROM ad_node);

-- What the others hold.
-- name: ad_lot_others :many
SELECT campaign, held FROM ad_lot few
 WHERE node <> $1
 ORDER BY campaign
 LIMIT $2;

-- name: ad_lot_put :run
INSERT INTO ad_lot (campaign, node, held) VALUES ($1, $2, $3)
    ON CONFLICT (campaign, node) DO UPDATE SET held = excluded.held;

-- name: ad_passed_add :run
INSERT INTO ad_passed (node, ticket, click) VALUES ($1, $2, $3);

-- What is for a node, or for one that is not there.
-- name: ad_passed_list :many
SELECT number, ticket, click FROM ad_passed few
 WHERE node = $1 OR node NOT IN (SELECT node FROM ad_node)
 ORDER BY number
 LIMIT $2;

-- name: ad_passed_drop :run
DELETE FROM ad_passed
 WHERE (node = $1 OR node NOT IN (SELECT node FROM ad_node)) AND number <= $2;

-- ---- to carry them to another store ----

-- name: carry_campaigns :walk
SELECT number, name, link, alt, begins, ends, weight, cap, day_cap, house,
       stopped, languages, sections, tags, slots, seen, day, day_seen, added_at
  FROM campaign
 ORDER BY number;

-- name: carry_creatives :walk
SELECT number, campaign, picture, html, gone FROM creative ORDER BY number;

-- name: carry_ad_counts :walk
SELECT campaign, day, hour, creative, slot, language, seen, clicks
  FROM ad_count
 ORDER BY campaign, day, hour, creative, slot, language;

-- name: carry_campaign_put :run
INSERT INTO campaign (number, name, link, alt, begins, ends, weight, cap,
                      day_cap, house, stopped, languages, sections, tags, slots,
                      seen, day, day_seen, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        $17, $18, $19)
    ON CONFLICT DO NOTHING;

-- name: carry_creative_put :run
INSERT INTO creative (number, campaign, picture, html, gone)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING;

-- name: carry_ad_count_put :run
INSERT INTO ad_count (campaign, day, hour, creative, slot, language, seen,
                      clicks)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT DO NOTHING;

-- ---- the report ----

-- name: report_ads :walk
SELECT day, hour, creative, slot, language, seen, clicks
  FROM ad_count
 WHERE campaign = $1
 ORDER BY day, hour, creative, slot, language;
