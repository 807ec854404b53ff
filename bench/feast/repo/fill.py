"""Applies the definitions and writes all rows of rows.csv to the online store; run in the folder of the repository."""
from datetime import datetime, timezone

import pandas
from feast import FeatureStore

from definitions import service, user, views

rows = pandas.read_csv("rows.csv")
rows["event_timestamp"] = datetime.now(timezone.utc)
rows.to_parquet("rows.parquet")
store = FeatureStore(repo_path=".")
store.apply([user, *views, service])
for view in views:
    columns = ["user", "event_timestamp"] + [field.name for field in view.schema if field.name != "user"]
    store.write_to_online_store(view.name, rows[columns])
