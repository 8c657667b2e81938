#!/bin/bash
set -euo pipefail
# ${yyyyMMdd} is WeData's own parameter: taskloom never looks inside code.
day="${yyyyMMdd}"
curl --fail --silent "https://shop.internal/orders?day=${day}" > "/data/orders/${day}.csv"
echo "ingested the orders of ${day}"
