INSERT OVERWRITE TABLE revenue PARTITION (day = '${yyyyMMdd}')
SELECT c.region, SUM(o.amount)
FROM orders o
JOIN customers c ON c.id = o.customer
WHERE o.day = '${yyyyMMdd}'
GROUP BY c.region;
