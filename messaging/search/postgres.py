"""PostgreSQL: a table of tsvectors per index, under GIN.

GIN finds quickly but in no order: to have the newest without fetching all, entries carry the stretch
of ids that they are in, in several sizes, and the stretches are asked for from the newest on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection

from messaging.search.query import Phrase, Query

LEAST_BITS, LEVELS, PARTS = 12, 5, 8  # stretches of 4 thousand ids, 32 thousand … 16 million
ALONE = 2  # from this level on a stretch is so long that it is asked for by itself
ENOUGH = 1000
FURTHEST, MOST = 16_383, 255  # positions in a tsvector, and of one lexeme
INSTALL = (
    "CREATE TABLE IF NOT EXISTS {table} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS {table}_tokens ON {table} USING gin (tokens) "
    "WITH (gin_pending_list_limit = 1024)",
    "CREATE OR REPLACE FUNCTION {table}_forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'TRUNCATE' THEN TRUNCATE {table}; ELSE DELETE FROM {table} WHERE id = OLD.id; "
    "END IF; RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER {table}_forget AFTER DELETE ON {rows} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_forget()",
    "CREATE OR REPLACE TRIGGER {table}_forget_all AFTER TRUNCATE ON {rows} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_forget()",
)
REMOVE = (
    "DROP TRIGGER IF EXISTS {table}_forget ON {rows}",
    "DROP TRIGGER IF EXISTS {table}_forget_all ON {rows}",
    "DROP FUNCTION IF EXISTS {table}_forget",
    "DROP TABLE IF EXISTS {table}",
)


class Index:
    def __init__(self, table: str, rows: str) -> None:
        self.table, self.rows = table, rows

    def install(self) -> None:
        self._run(INSTALL)

    def remove(self) -> None:
        self._run(REMOVE)

    def _run(self, statements: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(table=self.table, rows=self.rows))

    def put(self, entries: Iterable[tuple[int, list[str], set[str]]]) -> None:
        """Write entries (id, ordered tokens, the others), in place of what was there."""
        vectors = {pk: vector_of(pk, ordered, loose) for pk, ordered, loose in entries}
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.table} (id, tokens) "
                "SELECT id, vector::tsvector FROM unnest(%s::bigint[], %s::text[]) x(id, vector) "
                "ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens",
                [list(vectors), list(vectors.values())],
            )

    def drop(self, keys: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.table} WHERE id = ANY(%s)", [keys])

    def settle(self) -> None:
        """After a rebuild: what is pending goes into the tree, and the planner knows the table."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT gin_clean_pending_list('{self.table}_tokens')")
            cursor.execute(f"ANALYZE {self.table}")

    def find(self, query: Query, below: int | None = None) -> Iterator[list[int]]:
        """Ids that match, newest first, stretch by stretch."""
        with connection.cursor() as cursor:
            if below is None:
                cursor.execute(f"SELECT max(id) FROM {self.table}")
                below = (cursor.fetchone()[0] or 0) + 1
            for level, numbers in stretches_below(below):
                yield from self._newest(cursor, query, below, level, numbers)

    def _newest(self, cursor, query, below: int, level: int, numbers: range) -> Iterator[list[int]]:
        """Of these stretches; when there are too many to fetch, of each by itself or of its parts."""
        is_least = level == 0 and len(numbers) == 1
        found = self._some(cursor, query, below, level, numbers, None if is_least else ENOUGH)
        if is_least or len(found) < ENOUGH:
            yield from [sorted(found, reverse=True)] if found else []
            return
        if len(numbers) == 1:
            level, numbers = level - 1, range(numbers[0] * PARTS, (numbers[0] + 1) * PARTS)
        for number in reversed(numbers):
            yield from self._newest(cursor, query, below, level, range(number, number + 1))

    def _some(self, cursor, query, below, level, numbers, limit: int | None) -> list[int]:
        """A condition for each group: GIN leaps from one to the other, which it does not in one.

        Materialized, it is planned as if all were wanted, by the index, and stops when enough.
        """
        groups = [*conditions_of(query), _any(_stretch(n, level) for n in numbers)]
        matching = " AND ".join("tokens @@ %s::tsquery" for _ in groups)
        cursor.execute(
            f"WITH found AS MATERIALIZED (SELECT id FROM {self.table} WHERE {matching} "
            "AND id >= %s AND id < %s) SELECT id FROM found LIMIT %s",
            [*groups, numbers[0] << _bits(level), below, limit],
        )
        return [pk for (pk,) in cursor.fetchall()]


def vector_of(pk: int, ordered: list[str], loose: set[str]) -> str:
    places = defaultdict(list)
    for place, token in enumerate(ordered, 1):
        places[token].append(str(min(place, FURTHEST)))
    with_places = [f"'{token}':{','.join(at[:MOST])}" for token, at in places.items()]
    marks = loose - places.keys()
    marks.update(_stretch(pk >> _bits(level), level) for level in range(LEVELS))
    return " ".join(with_places + [f"'{mark}'" for mark in marks])


def stretches_below(top: int) -> Iterator[tuple[int, range]]:
    """(level, numbers) of the stretch in which `top` lies, then of those before it, ever longer."""
    number = (top - 1) >> _bits(0)
    yield 0, range(number, number + 1)
    for level in range(LEVELS):
        parent = number // PARTS if level < LEVELS - 1 else 0
        before = range(parent * PARTS, number)
        if level < ALONE:
            yield from [(level, before)] if before else []
        else:
            yield from ((level, range(n, n + 1)) for n in reversed(before))
        number = parent


def _bits(level: int) -> int:
    return LEAST_BITS + level * (PARTS.bit_length() - 1)


def _stretch(number: int, level: int) -> str:
    return f"=b{level}.{number}"


def conditions_of(query: Query) -> list[str]:
    return [*map(_phrase, query.phrases), *map(_any, query.marks)]


def _any(marks: Iterable[str]) -> str:
    return " | ".join(f"'{mark}'" for mark in sorted(marks))


def _phrase(phrase: Phrase) -> str:
    words = [f"'{token}'" for token in phrase.tokens]
    return " <-> ".join(words) + (":*" if phrase.is_open else "")
