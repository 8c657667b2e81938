#!/bin/bash
set -euo pipefail
# ${yyyyMMdd} is WeData's own parameter: taskloom never looks inside code.
day="${yyyyMMdd}"
curl --fail --silent "https://orders.internal/export?day=${day}" > "/data/orders/${day}.csv"
echo "extracted orders of ${day}"
