"""For `throughline rules dry-run --recorded`: the charts that a server of this installation recorded."""

from __future__ import annotations

from contextlib import closing

import click

from cds_service.outside.database import Database
from cds_service.outside.recorded_charts import RecordedCharts
from cds_service.outside.settings import Settings
from cds_service.outside.vault import open_vault
from cds_service.recording import RecordedChart, recorded


def recorded_at(settings: Settings, ehr: str) -> list[RecordedChart]:
    """Those of a host EHR; ClickException, with the mend, when there is none."""
    with closing(Database(settings.database_url)) as database:
        store = RecordedCharts(database, open_vault(settings), settings.record_charts)
        charts = list(recorded(store.all(ehr)))
    if not charts:
        raise click.ClickException(
            f"no chart is recorded at {ehr}; set THROUGHLINE_RECORD_CHARTS for the server, e.g. to 500, "
            "and wait for calls"
        )
    return charts
