//! A module that uses most of the grammar, for tests that bend and break it.

/// A believable file of a clinic.
pub const CLINIC: &str = r#"# -*- coding: utf-8 -*-
"""Appointments of the clinic."""
from __future__ import annotations

import os.path as paths
from django.db import connection, models
from .base import *

try:
    from .local import DEBUG, HOSTS
except ImportError:
    DEBUG, HOSTS = False, []
else:
    HOSTS += ["clinic.example"]
finally:
    del paths

DATABASES = {"default": {"NAME": "clinic", **OPTIONS}, 'replica': {}}
DATABASES["default"]["HOST"] = os.environ.get("HOST", "localhost")
LIMITS: dict[str, int] = {name: len(name) for name in HOSTS if name if not name.startswith("x")}
globals()["DYNAMIC"] = 0x_ff + 1_000.5e3j

type Rows[T: (int, str) = int, *Ts, **P] = list[T]


@register("visit", order=-1)
class Visit[T](Base, metaclass=Meta):
    """A visit."""

    kinds = [kind for kind in ("first", "next")]
    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE)  # nosec B608 why

    class Meta:
        ordering = ["-begin"]

    @property
    async def cost(self, /, rate: float = 1.0, *args: int, tax=0, **options) -> float:
        global LAST
        LAST = self.items[1:-1, ..., ::2][0] @ rate ** -tax
        total = (yield) or await self.sum(*args, **options)
        async with self.lock as held, open(f"{self.pk!r:>{WIDTH}}.log") as log:
            async for item in self.items:
                if item.price is None:
                    continue
                elif (price := item.price) > 100 and not item.paid:
                    break
                total += price // 2 if price % 2 else ~price
            else:
                raise ValueError(f"no {item=} {total:.2f}") from None
        return total


def search(request, term=None, *, limit=10):
    counter = 0

    def count():
        nonlocal counter
        counter += 1
        return lambda step=1: counter + step

    if not isinstance(term, str) or "'" in term:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM visit WHERE name = '%s' LIMIT %d" % (term, limit))
        cursor.execute("SELECT {0!r} {name}".format(term, name=request.GET["name"]))
        rows = [*cursor.fetchall(), (1,), {1, 2}, *[]]
    first, *middle, last = rows
    while rows and 0 < counter <= limit != 3:
        try:
            rows.pop()
            counter = count()()
        except* (KeyError, IndexError) as group:
            print(group)
        except* OSError:
            pass
    match request:
        case {"kind": "a" | "b" as kind, **rest} if rest:
            return kind
        case Visit(doctor=None, begin=[first, *_]) | (first, 2.5, -1j, None):
            assert first, "never"
        case _:
            return t"{term} {limit!s}"
    # bartizan: ignore[sql-injection] until=2031-01-31 reviewed
    return (row for row in rows if row in middle is not last)
"#;
