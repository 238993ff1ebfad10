"""A process killed between a change's commit and whatever follows it."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from fondly.base.schedule import schedule
from fondly.clients.models import Order
from fondly.insight import actions, tasks
from fondly.insight.models import Signal, StaleClient
from fondly.testing import a_business, a_client, an_order
from tests.crash.processes import environment

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
# Killed in the first thing done after the commit: nobody else is told.
CHANGE = """
import os, signal, sys
import django
django.setup()
from fondly.base import news
news.tell = lambda _: os.kill(os.getpid(), signal.SIGKILL)
from django.utils import timezone
from fondly.clients.actions import orders
from fondly.clients.models import Client
client = Client.objects.get(pk=int(sys.argv[1]))
now = timezone.now()
orders.record(
    client=client, placed_at=now, amount=1000, currency="EUR", by=None, now=now
)
"""


def test_a_change_whose_process_dies_at_its_commit_is_scored_all_the_same():
    a_business(time_zone="UTC")
    ada, now = a_client(), timezone.now()
    an_order(ada, on=now.date() - timedelta(days=40))
    actions.score_all(as_of=now.date(), now=now)
    died = subprocess.run(
        [sys.executable, "-c", CHANGE, str(ada.pk)],
        env=environment(DJANGO_SETTINGS_MODULE="fondly.site.settings"),
        check=False,
        capture_output=True,
        text=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert Order.objects.filter(client=ada).count() == 2
    path = tasks.score_changed.module_path
    assert not DBTaskResult.objects.filter(task_path=path).exists()
    assert StaleClient.objects.filter(client=ada).exists()
    assert schedule.get("insight.changed").task == path
    tasks.score_changed.call()
    assert Signal.objects.current().get(client=ada).orders == 2
