import csv
from collections import Counter

totals = Counter()
with open("/data/revenue/latest.csv", newline="") as revenue:
    for row in csv.DictReader(revenue):
        totals[row["region"]] += float(row["amount"])

for region, amount in totals.most_common():
    print(f"{region},{amount:.2f}")
