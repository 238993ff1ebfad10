"""Background work: a task killed or stopped is redone, and none takes effect twice.

`@task` declares one; a task's whole body is one fenced transaction. A long one is also
`@in_steps` and wraps each of its own transactions in `with fenced():`.
"""

from django_tasks import task

from fondly.base.tasks.gap import rest
from fondly.base.tasks.lease import URGENT, LeaseLost, fenced, in_steps
from fondly.base.tasks.queue import enqueue_once

__all__ = ["URGENT", "LeaseLost", "enqueue_once", "fenced", "in_steps", "rest", "task"]
