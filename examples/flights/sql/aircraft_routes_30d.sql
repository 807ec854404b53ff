-- Routes that each aircraft left on in the 30 days up to and with t. A view of the route domain: another team's
-- features of the fleet's aircraft.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  tailnum,
  count(DISTINCT (origin, dest))::INTEGER AS routes30d,
  max(distance_miles) AS longestRoute30dMiles,
  max(departed_at) AS eventTime,
  max(departed_at) AS createdTime
FROM flights, moment
WHERE departed_at > t - INTERVAL 30 DAY
  AND departed_at <= t -- known-when: departure
GROUP BY tailnum
