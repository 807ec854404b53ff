-- Departures of each aircraft in the 24 hours up to and with t.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  tailnum,
  count(*)::INTEGER AS legs24h,
  sum(distance_miles)::INTEGER AS distance24hMiles,
  avg(departure_delay_min) AS departureDelay24hMeanMin,
  max(departed_at) AS eventTime,
  max(departed_at) AS createdTime
FROM flights, moment
WHERE departed_at > t - INTERVAL 24 HOUR
  AND departed_at <= t -- known-when: departure
GROUP BY tailnum
