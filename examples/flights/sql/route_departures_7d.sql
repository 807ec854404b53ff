-- Departures and cancellations on each route in the 7 days up to and with t. A cancellation has no time of its own:
-- it is known from the scheduled departure.
WITH moment AS (SELECT $t::TIMESTAMP AS t),
facts AS (
  SELECT origin, dest, departed_at AS known_at, true AS departed, departure_delay_min, carrier
  FROM flights, moment
  WHERE departed_at > t - INTERVAL 7 DAY
    AND departed_at <= t -- known-when: departure
  UNION ALL
  SELECT origin, dest, scheduled_departure_at, false, NULL, NULL
  FROM flights, moment
  WHERE cancelled
    AND scheduled_departure_at > t - INTERVAL 7 DAY
    AND scheduled_departure_at <= t -- known-when: cancellation
)
SELECT
  origin,
  dest,
  (count(*) FILTER (departed))::INTEGER AS departures7d,
  (count(*) FILTER (NOT departed))::INTEGER AS cancellations7d,
  avg(departure_delay_min) AS departureDelay7dMeanMin,
  coalesce(list(DISTINCT carrier ORDER BY carrier) FILTER (departed), []) AS carrierCodes7d,
  max(known_at) AS eventTime,
  max(known_at) AS createdTime
FROM facts
GROUP BY origin, dest
