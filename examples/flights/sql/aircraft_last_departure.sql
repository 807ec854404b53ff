-- The last departure of each aircraft that has flown. A departure is known from the minute it happened.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  tailnum,
  departed_at AS lastDepartureAt,
  departure_delay_min AS lastDepartureDelayMin,
  carrier AS lastCarrierCode,
  origin AS lastOriginCode,
  dest AS lastDestCode,
  departed_at AS eventTime,
  departed_at AS createdTime
FROM flights, moment
WHERE departed_at IS NOT NULL
  AND departed_at <= t -- known-when: departure
QUALIFY row_number() OVER (
  PARTITION BY tailnum
  ORDER BY departed_at DESC, carrier, flight_number, origin, scheduled_departure_at
) = 1
