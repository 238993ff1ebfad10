"""What is planned for clients, for pages that know no practice."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fondly.practices.rhythm import rules
from fondly.practices.rhythm.models import PlanReminder, TopTen


def words(client_ids: Sequence[int], today: date) -> dict[int, list[str]]:
    """Say what special is done for those among the quarter's ten, and what comes next."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    quarter = rules.quarter_of(today)
    for place in TopTen.objects.filter(quarter=quarter, client__in=client_ids):
        found[place.client_id].append(_special(place))
    reminders = PlanReminder.objects.filter(client__in=client_ids, is_active=True)
    for reminder in reminders.order_by("next_due"):
        said = {"what": reminder.what, "day": date_format(reminder.next_due, "j F")}
        found[reminder.client_id].append(_("%(what)s on %(day)s") % said)
    return dict(found)


def _special(place: TopTen) -> str:
    said = {"what": place.special or _("something special"), "place": place.place}
    if place.done_on:
        said["day"] = date_format(place.done_on, "j F")
        return _("%(what)s, done on %(day)s") % said
    if not place.special:
        return _("Number %(place)s of the quarter's ten; nothing special chosen yet") % said
    if place.due:
        said["day"] = date_format(place.due, "j F")
        return _("%(what)s, from %(day)s") % said
    return str(place.special)
