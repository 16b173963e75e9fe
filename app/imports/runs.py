"""The model runs of one imported video, found by their old id or by what a provenance says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from app.document.runs import insert_run
from app.document.trajectories import Origin
from inference.dataset.schema import Provenance, Run, Source
from inference.results import ModelIdentity, Predictions

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 UTC, as reviews store times."""
    return (moment - _EPOCH) // _MICROSECOND


class ImportedRuns:
    """Writes a source's runs; values of models that are in none of them get a run of their own.

    Args:
        connection: in the transaction of the import.
        video_id: the imported video.
        source: its record in the data set.
        person: stands in where nobody is said to have started a run.
    """

    def __init__(self, connection: Connection, video_id: str, source: Source, person: str) -> None:
        self.video_id = video_id
        self._connection = connection
        self._source = source
        self._person = person
        self._origins: dict[str, Origin] = {}
        self._by_origin: dict[tuple[ModelIdentity, datetime], str] = {}
        for run in source.runs:
            self._insert(run)

    def origin(self, old_id: str) -> Origin:
        """What values of a run of the source come from."""
        return self._origins[old_id]

    def of_provenance(self, provenance: Provenance) -> str:
        """The run in which a model, or a simulator, made a value."""
        model = ModelIdentity(provenance.name, provenance.version or "", provenance.weights_hash)
        known = self._by_origin.get((model, provenance.at))
        if known is not None:
            return known
        return self._insert(Run("", model, {}, 0, self._source.frame_count - 1, provenance.at))

    def covering(self, first_frame: int, last_frame: int) -> str | None:
        """The latest run over all of these frames; None if there is none."""
        covering = (run for run in self._source.runs if run.first_frame <= first_frame and last_frame <= run.last_frame)
        latest = max(covering, key=lambda run: run.at, default=None)
        return None if latest is None else self._origins[latest.id].run_id

    def _insert(self, run: Run) -> str:
        predictions = Predictions(run.model, run.settings, run.first_frame, run.last_frame, ())
        new_id = insert_run(self._connection, self.video_id, predictions, run.person or self._person, to_us(run.at))
        self._origins[run.id] = Origin(to_us(run.at), run_id=new_id)
        self._by_origin[run.model, run.at] = new_id
        return new_id
