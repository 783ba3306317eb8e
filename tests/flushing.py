"""After a test that commits: the rows that there are get deleted, and no more.

Django empties each of some sixty tables, and then writes content types and permissions anew: more
work than most of these tests are themselves.
"""

from functools import cache

from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission", "django_migrations"}
COUNTS = "SELECT (SELECT count(*) FROM django_content_type), (SELECT count(*) FROM auth_permission)"
flush_by_django = TransactionTestCase._fixture_teardown


def install() -> None:
    TransactionTestCase._fixture_teardown = flush


def flush(case: TransactionTestCase) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        if cursor.fetchone() != as_migrated():
            return flush_by_django(case)  # a test has changed what is kept
        cursor.execute(which_have_rows())
        names = [name for (name,) in cursor.fetchall()]
    connection.ops.execute_sql_flush([f'DELETE FROM "{name}"' for name in names])


@cache
def as_migrated() -> tuple[int, int]:
    """How many content types and permissions there are."""
    models = [model._meta for model in apps.get_models()]
    return len(models), sum(len(o.default_permissions) + len(o.permissions) for o in models)


@cache
def which_have_rows() -> str:
    """On SQLite the tables of the search are emptied by triggers, and their parts are not tables."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    if connection.vendor == "postgresql":
        names = connection.introspection.table_names()
    has_rows = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM \"{0}\")".format
    return " UNION ALL ".join(map(has_rows, sorted({*names} - KEPT)))
