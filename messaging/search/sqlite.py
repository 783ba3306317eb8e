"""SQLite: an FTS5 table per index. It yields matches by rowid downward, without sorting them."""

from collections.abc import Iterable, Iterator

from django.db import connection

from messaging.search.query import Phrase, Query

STEPS = (60, 240, 960)  # how many are taken at a time: few suffice for a page as a rule
# Tokens come cut and folded: the tokenizer only splits at spaces.
INSTALL = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5(words, marks, columnsize=0, "
    """tokenize="ascii tokenchars '^='")""",
    "CREATE TRIGGER IF NOT EXISTS {table}_forget AFTER DELETE ON {rows} "
    "BEGIN DELETE FROM {table} WHERE rowid = old.id; END",
)
REMOVE = ("DROP TRIGGER IF EXISTS {table}_forget", "DROP TABLE IF EXISTS {table}")


class Index:
    def __init__(self, table: str, rows: str) -> None:
        self.table, self.rows = table, rows

    def install(self) -> None:
        """Also puts the trigger back: SQLite drops it when a migration rebuilds its table."""
        self._run(INSTALL)

    def remove(self) -> None:
        self._run(REMOVE)

    def _run(self, statements: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(table=self.table, rows=self.rows))

    def put(self, entries: Iterable[tuple[int, list[str], set[str]]]) -> None:
        """Write entries (id, ordered tokens, the others), in place of what was there."""
        values = [(pk, " ".join(ordered), " ".join(loose)) for pk, ordered, loose in entries]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {self.table}(rowid, words, marks) VALUES (%s, %s, %s)",
                values,
            )

    def drop(self, keys: list[int]) -> None:
        with connection.cursor() as cursor:
            statement = f"DELETE FROM {self.table} WHERE rowid = %s"
            cursor.executemany(statement, [(key,) for key in keys])

    def settle(self) -> None:
        """After a rebuild: one tree instead of many."""
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {self.table}({self.table}) VALUES ('optimize')")

    def find(self, query: Query, below: int | None = None) -> Iterator[list[int]]:
        """Ids that match, newest first, in growing batches."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s AND rowid < %s "
                "ORDER BY rowid DESC",
                [match_of(query), below or 1 << 62],
            )
            step = 0
            while rows := cursor.fetchmany(STEPS[min(step, len(STEPS) - 1)]):
                yield [pk for (pk,) in rows]
                step += 1


def match_of(query: Query) -> str:
    marks = (" OR ".join(f'"{mark}"' for mark in sorted(group)) for group in query.marks)
    return " AND ".join([*map(_phrase, query.phrases), *(f"({group})" for group in marks)])


def _phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.tokens)}"' + ("*" if phrase.is_open else "")
