-- How much each carrier flew in the 30 days up to and with t. Seats come from the register, which is older than any
-- flight; flights of aircraft that it lacks add nothing to the seat-miles.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  carrier,
  count(*)::INTEGER AS departures30d,
  count(DISTINCT tailnum)::INTEGER AS aircraft30d,
  coalesce(sum(distance_miles * seats), 0)::BIGINT AS seatMiles30d,
  max(departed_at) AS eventTime,
  max(departed_at) AS createdTime
FROM moment, flights LEFT JOIN aircraft USING (tailnum)
WHERE departed_at > t - INTERVAL 30 DAY
  AND departed_at <= t -- known-when: departure
GROUP BY carrier
