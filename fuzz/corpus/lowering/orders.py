import os
from decimal import Decimal as D

from django.db import connection

RATES = {"food": D("0.07"), **dict(books=D("0.07"))}
TOTALS: list[int] = []


class Order(Base, metaclass=Meta):
    state = "open"

    async def total(self, *lines, rate=None, **more):
        global TOTALS
        total = sum(line.price for line in lines if line and not line.free)
        TOTALS += [total]
        try:
            async with self.lock() as lock, other:
                await lock.write(f"{self.state!r:>{10 + 2}} {total:.2f}")
        except (OSError, ValueError) as error:
            raise Failed(f"order {self!s}") from error
        else:
            return total
        finally:
            TOTALS.pop()


def search(request, term=os.environ.get("TERM")):
    query = "SELECT * FROM shop_order WHERE name = '%s'" % request.GET["term"]
    if (state := request.GET.get("state")) in ("open", "paid") and term:
        query += " AND state = '{}'".format(state)
    with connection.cursor() as cursor:
        cursor.execute(query)
        for row, *rest in cursor.fetchall():
            if not row:
                continue
            yield row, [x for x in rest], lambda y, *, z=1: y + z
        else:
            return


def state(order):
    match order:
        case {"state": "open", **rest} if rest:
            return rest
        case [first, *_] | Order(state=first) as whole:
            return whole
        case None | -1 | "x":
            pass
        case _:
            while True:
                break
    del order
