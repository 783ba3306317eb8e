"""Group commit: fewer transactions, and each caller still waits for its own."""

import asyncio

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from messaging.commit import GroupCommit, Overloaded


@pytest.fixture
async def committer():
    """Makes committers that keep what they were given, and closes them."""
    made = []

    def make(write, **options):
        made.append(GroupCommit(write, **options))
        return made[-1]

    yield make
    for commit in made:
        await commit.close()


@pytest.fixture
def notes(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE commit_note (word varchar(20) PRIMARY KEY)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE commit_note")


def insert(words):
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO commit_note VALUES (%s)", [[word] for word in words])


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM commit_note ORDER BY word")
        return [word for (word,) in cursor.fetchall()]


async def add_all(commit, items):
    return await asyncio.gather(*map(commit.add, items), return_exceptions=True)


async def test_items_that_wait_together_share_a_transaction(transactional_db, committer):
    batches = []
    await add_all(committer(batches.append), range(100))
    assert sum(batches, []) == list(range(100))
    assert len(batches) <= 2


@pytest.mark.both
async def test_an_item_is_committed_when_add_returns(notes, committer):
    await committer(insert).add("apple")
    assert await asyncio.to_thread(_then_close, stored) == ["apple"]


@pytest.mark.both
async def test_one_bad_item_does_not_fail_the_others(notes, committer):
    results = await add_all(committer(insert), ["apple", "pear", "apple", "plum"])
    assert [type(result) for result in results].count(IntegrityError) == 1
    assert await asyncio.to_thread(_then_close, stored) == ["apple", "pear", "plum"]


async def test_more_than_the_limit_is_refused_at_once(transactional_db, committer):
    commit = committer(lambda items: None, limit=3)
    results = await add_all(commit, range(5))
    assert [isinstance(result, Overloaded) for result in results] == [False] * 3 + [True] * 2
    await commit.add(6)  # and then there is room again


async def test_a_broken_connection_is_replaced(transactional_db, committer):
    seen = []

    def write(items):
        seen.append(connection.connection)
        if len(seen) == 1:
            raise OperationalError("server closed the connection unexpectedly")

    await committer(write).add("apple")
    assert len(seen) == 2
    assert seen[0] is not seen[1]


async def test_a_database_that_is_down_is_not_asked_for_each_item(transactional_db, committer):
    asked = []

    def write(items):
        asked.append(items)
        raise OperationalError("down")

    results = await add_all(committer(write), range(50))
    assert all(isinstance(result, OperationalError) for result in results)
    assert len(asked) <= 4


async def test_the_connection_lives_on_between_batches(transactional_db, committer):
    seen = set()
    commit = committer(lambda items: seen.add(connection.connection))
    for item in range(3):
        await commit.add(item)
    assert len(seen) == 1


async def test_what_runs_on_commit_runs_after_the_batch(transactional_db, committer):
    order = []

    def write(items):
        transaction.on_commit(lambda: order.append("announced"))
        order.append("written")

    await committer(write).add("apple")
    assert order == ["written", "announced"]


async def test_closing_commits_what_waits_and_takes_no_more(transactional_db, committer):
    written = []
    commit = committer(written.extend)
    waiting = [asyncio.create_task(commit.add(item)) for item in range(10)]
    await asyncio.sleep(0)
    await commit.close()
    await asyncio.gather(*waiting)
    assert written == list(range(10))
    with pytest.raises(Overloaded):
        await commit.add(11)


async def test_a_caller_who_goes_away_stops_nobody(transactional_db, committer):
    written = []
    commit = committer(written.extend)
    gone, stays = (asyncio.create_task(commit.add(item)) for item in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    assert "stays" in written


def _then_close(function):
    try:
        return function()
    finally:
        connections.close_all()
