-- One row per carrier of the register. Nothing here changes, so the view has no TTL.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  carrier,
  name,
  published_at AS eventTime,
  published_at AS createdTime
FROM carriers, moment
WHERE true
  AND published_at <= t -- known-when: facts
