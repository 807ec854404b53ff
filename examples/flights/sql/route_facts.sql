-- One row per route that has been scheduled. The distance stands in the flights; two routes' changed by a mile, so
-- the flight scheduled last says it. It is known when that flight was to leave, whether it then left or not.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  origin,
  dest,
  arg_max(distance_miles, (scheduled_departure_at, carrier, flight_number)) AS distanceMiles,
  max(scheduled_departure_at) AS eventTime,
  max(scheduled_departure_at) AS createdTime
FROM flights, moment
WHERE true
  AND scheduled_departure_at <= t -- known-when: schedule
GROUP BY origin, dest
