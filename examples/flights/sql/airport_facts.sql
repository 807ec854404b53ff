-- One row per airport of the register. Nothing here changes, so the view has no TTL.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  airport,
  name,
  latitude,
  longitude,
  altitude_ft::INTEGER AS altitudeFt,
  utc_offset_hours AS utcOffsetHours,
  time_zone AS timeZone,
  published_at AS eventTime,
  published_at AS createdTime
FROM airports, moment
WHERE true
  AND published_at <= t -- known-when: facts
