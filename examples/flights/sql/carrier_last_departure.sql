-- The last departure of each carrier. A departure is known from the minute it happened.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  carrier,
  departed_at AS lastDepartureAt,
  tailnum AS lastTailnum,
  origin AS lastOriginCode,
  dest AS lastDestCode,
  departed_at AS eventTime,
  departed_at AS createdTime
FROM flights, moment
WHERE departed_at IS NOT NULL
  AND departed_at <= t -- known-when: departure
QUALIFY row_number() OVER (
  PARTITION BY carrier
  ORDER BY departed_at DESC, carrier, flight_number, origin, scheduled_departure_at
) = 1
