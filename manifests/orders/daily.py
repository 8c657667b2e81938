import csv
import sys
from collections import Counter

totals = Counter()
with open(f"/data/orders/{sys.argv[1]}.csv", newline="") as orders:
    for order in csv.DictReader(orders):
        totals[order["region"]] += float(order["amount"])

for region, amount in sorted(totals.items()):
    print(f"{region},{amount:.2f}")
