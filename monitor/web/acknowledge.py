"""The one thing that can be changed from a page: who answers for an alert."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from monitor.config.definitions import definitions
from monitor.evaluate.alert_actions import AlertActions
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.views.subjects import Subjects
from monitor.web.site import WebContext
from state.database import Database

# So long a person waits for the database; the page says then that nothing was done.
PATIENCE_MS: Final = 2000
LONGEST_NAME: Final = 80
LONGEST_NOTE: Final = 500


def acknowledge(site: WebContext, alert_id: str, by: str, note: str) -> str:
    """What was done, in a sentence, as by `havenwatch ack`.

    Raises HavenwatchError for an alert that is not there, and sqlite3.Error.
    """
    reading, config = site.reading, site.config
    with closing(Database(site.database)) as database:
        database.connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        answers = AlertActions(
            database,
            NotificationPolicy(database, reading.rules, config.terms, definitions(config)),
            list(reading.report.titles),
            config.follow_up.acknowledged_for,
            config.desk.zone,
            Subjects(reading, database).of,
        )
        return answers.acknowledge(alert_id, by[:LONGEST_NAME], note[:LONGEST_NOTE], site.now())
