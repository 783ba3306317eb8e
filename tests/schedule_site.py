"""A saved report that is due now, by mail and into a group whose robot stands on this machine.

pytest_plugins = ["tests.report_site", "tests.schedule_site"] gives the fixtures of a module.
"""

from datetime import time

import pytest

from messaging.fields import Secrets
from sessions.models import ReportSchedule, SavedReport
from tests.robot import KEY, Robot


@pytest.fixture
def robot(monkeypatch):
    running = Robot()
    running.stand_in(monkeypatch)
    yield running
    running.stop()


@pytest.fixture
def saved(lead):
    return SavedReport.objects.create(
        name="Every morning", owner=lead, report="overview", query="period=yesterday"
    )


@pytest.fixture
def schedule(saved, lead, robot):
    """Due now, by mail and into a group."""
    made = ReportSchedule(report=saved, owner=lead, at=time(9), emails=["boss@example.com"])
    made.robot = Secrets(key=KEY)
    made.save()
    made.send_now()
    return made
