"""Feast's side of `bench feast`: the views and the service that are asked for. Shapes come as JSON in shape.json."""
import json
from datetime import timedelta

from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Int64, String

with open("shape.json") as file:
    shape = json.load(file)

source = FileSource(name="rows", path="rows.parquet", timestamp_field="event_timestamp")
user = Entity(name="user", join_keys=["user"], value_type=ValueType.STRING)
views = [
    FeatureView(
        name=view["name"],
        entities=[user],
        ttl=timedelta(days=365),
        online=True,
        source=source,
        schema=[Field(name="user", dtype=String)] + [Field(name=name, dtype=Int64) for name in view["features"]],
    )
    for view in shape["views"]
]
service = FeatureService(name="asked", features=views[: shape["askedViews"]])
