-- Departures of each aircraft in the 30 days up to and with t. Seats come from the register, which is older than
-- any flight; an aircraft that it lacks has legs, but null seat-miles.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  tailnum,
  count(*)::INTEGER AS legs30d,
  sum(distance_miles)::INTEGER AS distance30dMiles,
  sum(distance_miles * seats)::BIGINT AS seatMiles30d,
  max(departed_at) AS eventTime,
  max(departed_at) AS createdTime
FROM moment, flights LEFT JOIN aircraft USING (tailnum)
WHERE departed_at > t - INTERVAL 30 DAY
  AND departed_at <= t -- known-when: departure
GROUP BY tailnum
