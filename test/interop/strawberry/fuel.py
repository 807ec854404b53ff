"""A domain written in Python: what aircraft burn, and what fuel costs at airports. Its numbers follow from its keys."""

import typing

import strawberry
from strawberry.asgi import GraphQL

DEAREST = {"JFK": 1.25, "EWR": 1.1, "LGA": 1.4}


@strawberry.federation.type(keys=["tailnum"])
class Aircraft:
    tailnum: strawberry.ID
    seats: typing.Optional[int] = strawberry.federation.field(external=True)

    @strawberry.federation.field(requires=["seats"])
    def fuel_litres_per_hour(self) -> typing.Optional[float]:
        return None if self.seats is None else self.seats * 20.0

    @strawberry.field
    def tanks(self) -> int:
        return 2 + len(self.tailnum) % 2

    @classmethod
    def resolve_reference(cls, tailnum: strawberry.ID, seats: typing.Optional[int] = None):
        return cls(tailnum=tailnum, seats=seats)


@strawberry.federation.type(keys=["airport"])
class Airport:
    airport: strawberry.ID

    @strawberry.field
    def fuel_price(self) -> typing.Optional[float]:
        if self.airport == "LGA":
            raise ValueError("postgres://fuel:hunter2@prices is down")
        return DEAREST.get(self.airport)

    @classmethod
    def resolve_reference(cls, airport: strawberry.ID):
        return cls(airport=airport)


@strawberry.type
class Query:
    @strawberry.field
    def cheapest_airport(self) -> Airport:
        return Airport(airport=min(DEAREST, key=DEAREST.get))


app = GraphQL(strawberry.federation.Schema(query=Query, types=[Aircraft, Airport], federation_version="2.9"))
