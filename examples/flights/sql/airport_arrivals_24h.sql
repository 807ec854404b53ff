-- Flights from New York whose arrival at each airport became known in the 24 hours up to and with t.
WITH moment AS (SELECT $t::TIMESTAMP AS t)
SELECT
  dest AS airport,
  count(*)::INTEGER AS arrivals24h,
  avg(arrival_delay_min) AS arrivalDelay24hMeanMin,
  max(arrived_at) AS eventTime,
  max(arrived_at) AS createdTime
FROM flights, moment
WHERE arrived_at > t - INTERVAL 24 HOUR
  AND arrived_at <= t -- known-when: arrival
GROUP BY dest
