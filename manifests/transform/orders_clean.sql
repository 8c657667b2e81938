INSERT OVERWRITE TABLE orders PARTITION (day = '${yyyyMMdd}')
SELECT DISTINCT id, customer, CAST(amount AS DECIMAL(12, 2))
FROM orders_raw
WHERE day = '${yyyyMMdd}'
  AND amount > 0;
