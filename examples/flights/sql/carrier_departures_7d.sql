-- Departures and cancellations of each carrier in the 7 days up to and with t. A cancellation has no time of its
-- own: it is known from the scheduled departure.
WITH moment AS (SELECT $t::TIMESTAMP AS t),
facts AS (
  SELECT carrier, departed_at AS known_at, true AS departed, departure_delay_min
  FROM flights, moment
  WHERE departed_at > t - INTERVAL 7 DAY
    AND departed_at <= t -- known-when: departure
  UNION ALL
  SELECT carrier, scheduled_departure_at, false, NULL
  FROM flights, moment
  WHERE cancelled
    AND scheduled_departure_at > t - INTERVAL 7 DAY
    AND scheduled_departure_at <= t -- known-when: cancellation
)
SELECT
  carrier,
  (count(*) FILTER (departed))::INTEGER AS departures7d,
  (count(*) FILTER (NOT departed))::INTEGER AS cancellations7d,
  (count(*) FILTER (NOT departed)) / count(*) AS cancellationRate7d,
  avg(departure_delay_min) AS departureDelay7dMeanMin,
  max(known_at) AS eventTime,
  max(known_at) AS createdTime
FROM facts
GROUP BY carrier
