-- The last departure on each route. A departure is known from the minute it happened.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  origin,
  dest,
  departed_at AS lastDepartureAt,
  tailnum AS lastTailnum,
  carrier AS lastCarrierCode,
  departed_at AS eventTime,
  departed_at AS createdTime
FROM flights, moment
WHERE departed_at IS NOT NULL
  AND departed_at <= t -- known-when: departure
QUALIFY row_number() OVER (
  PARTITION BY origin, dest
  ORDER BY departed_at DESC, carrier, flight_number, origin, scheduled_departure_at
) = 1
