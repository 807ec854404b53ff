-- Flights on each route whose arrival became known in the 30 days up to and with t. The 90th percentile is a delay
-- that one of them had: the smallest that nine in ten did not exceed.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  origin,
  dest,
  count(*)::INTEGER AS arrivals30d,
  avg(air_time_min) AS airTime30dMeanMin,
  avg(arrival_delay_min) AS arrivalDelay30dMeanMin,
  quantile_disc(arrival_delay_min, 0.9) AS arrivalDelay30dP90Min,
  max(arrived_at) AS eventTime,
  max(arrived_at) AS createdTime
FROM flights, moment
WHERE arrived_at > t - INTERVAL 30 DAY
  AND arrived_at <= t -- known-when: arrival
GROUP BY origin, dest
