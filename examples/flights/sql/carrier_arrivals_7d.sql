-- Flights of each carrier whose arrival became known in the 7 days up to and with t. On time is what the US
-- Department of Transportation calls so: less than 15 minutes late. A flight still in the air counts for nothing.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  carrier,
  count(*)::INTEGER AS arrivals7d,
  (count(*) FILTER (arrival_delay_min < 15)) / count(*) AS onTimeRate7d,
  avg(arrival_delay_min) AS arrivalDelay7dMeanMin,
  max(arrived_at) AS eventTime,
  max(arrived_at) AS createdTime
FROM flights, moment
WHERE arrived_at > t - INTERVAL 7 DAY
  AND arrived_at <= t -- known-when: arrival
GROUP BY carrier
