-- The last arrivals of each aircraft, at most five, newest first. An arrival and its delay are known only from
-- arrived_at (tables.ts says what that is): long after the departure that this very flight has in other views.
WITH moment AS (SELECT $t::TIMESTAMP AS t),
arrivals AS (
  SELECT
    tailnum,
    arrived_at,
    arrival_delay_min,
    row_number() OVER (
      PARTITION BY tailnum
      ORDER BY arrived_at DESC, carrier, flight_number, origin, scheduled_departure_at
    ) AS place
  FROM flights, moment
  WHERE arrived_at IS NOT NULL
    AND arrived_at <= t -- known-when: arrival
)
SELECT
  tailnum,
  max(arrived_at) AS lastArrivalAt,
  arg_min(arrival_delay_min, place) AS lastArrivalDelayMin,
  list(arrival_delay_min ORDER BY place) AS recentArrivalDelaysMin,
  max(arrived_at) AS eventTime,
  max(arrived_at) AS createdTime
FROM arrivals
WHERE place <= 5
GROUP BY tailnum
