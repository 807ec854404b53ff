-- The newest hourly observation of each weather station. An observation is known from the moment it was made.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  airport,
  temperature_f AS temperatureF,
  dew_point_f AS dewPointF,
  humidity_pct AS humidityPct,
  {'speedMph': wind_speed_mph, 'directionDeg': wind_direction_deg::INTEGER, 'gustMph': wind_gust_mph} AS wind,
  precipitation_in AS precipitationIn,
  pressure_mbar AS pressureMbar,
  visibility_miles AS visibilityMiles,
  observed_at AS eventTime,
  observed_at AS createdTime
FROM weather, moment
WHERE true
  AND observed_at <= t -- known-when: observation
QUALIFY row_number() OVER (PARTITION BY airport ORDER BY observed_at DESC) = 1
