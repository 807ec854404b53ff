-- One row per aircraft of the register. Nothing here changes, so the view has no TTL.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  tailnum,
  built_year AS builtYear,
  CASE type
    WHEN 'Fixed wing single engine' THEN 'FIXED_WING_SINGLE_ENGINE'
    WHEN 'Fixed wing multi engine' THEN 'FIXED_WING_MULTI_ENGINE'
    WHEN 'Rotorcraft' THEN 'ROTORCRAFT'
  END AS airframe,
  manufacturer,
  model,
  engines,
  CASE engine
    WHEN 'Turbo-fan' THEN 'TURBO_FAN'
    WHEN 'Turbo-jet' THEN 'TURBO_JET'
    WHEN 'Turbo-prop' THEN 'TURBO_PROP'
    WHEN 'Turbo-shaft' THEN 'TURBO_SHAFT'
    WHEN 'Reciprocating' THEN 'RECIPROCATING'
    WHEN '4 Cycle' THEN 'FOUR_CYCLE'
  END AS engine,
  seats,
  cruise_speed_mph AS cruiseSpeedMph,
  published_at AS eventTime,
  published_at AS createdTime
FROM aircraft, moment
WHERE true
  AND published_at <= t -- known-when: facts
