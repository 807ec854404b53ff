-- Departures from, and cancellations at, each airport in the hour up to and with t. A cancellation has no time of
-- its own: it is known from the scheduled departure.
WITH moment AS (SELECT $t::TIMESTAMP AS t),
departures AS (
  SELECT
    origin AS airport,
    departed_at AS known_at,
    departure_delay_min,
    row_number() OVER (
      PARTITION BY origin
      ORDER BY departed_at DESC, carrier, flight_number, scheduled_departure_at
    ) AS place
  FROM flights, moment
  WHERE departed_at > t - INTERVAL 1 HOUR
    AND departed_at <= t -- known-when: departure
),
cancellations AS (
  SELECT origin AS airport, scheduled_departure_at AS known_at
  FROM flights, moment
  WHERE cancelled
    AND scheduled_departure_at > t - INTERVAL 1 HOUR
    AND scheduled_departure_at <= t -- known-when: cancellation
),
facts AS (
  SELECT airport, known_at, true AS departed, departure_delay_min, place FROM departures
  UNION ALL
  SELECT airport, known_at, false, NULL, NULL FROM cancellations
)
SELECT
  airport,
  (count(*) FILTER (departed))::INTEGER AS departures1h,
  (count(*) FILTER (NOT departed))::INTEGER AS cancellations1h,
  avg(departure_delay_min) AS departureDelay1hMeanMin,
  max(departure_delay_min) AS departureDelay1hMaxMin,
  coalesce(list(departure_delay_min ORDER BY place) FILTER (place <= 10), []) AS recentDepartureDelaysMin,
  max(known_at) AS eventTime,
  max(known_at) AS createdTime
FROM facts
GROUP BY airport
