"""Dives in memory: what the tables say about each, the effective record made from it, and their order in time."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from app.document.ids import to_datetime
from app.document.records import Dive, Field, PredictedDive, PredictionRun, Provenance, ReviewStatus
from app.document.values import Value
from inference.results import FrameTime

# Values that a review, once it has a status, no longer takes from the latest prediction.
KEPT_FIELDS = (Field.START, Field.END, Field.BOARD, Field.CODE, Field.PATH)


@dataclass(slots=True)
class DiveState:
    """One dive as stored: the prediction of the latest run that found it, and the values that win over it.

    is_lost says that a later run did not find it. Its last prediction still counts where no other value does, so that
    undo brings back what was seen before an edit, whatever ran in between.
    """

    id: str
    video_id: str
    source: Literal["model", "person"]
    predicted_id: str | None = None
    predicted: PredictedDive | None = None
    predicted_path_id: str | None = None
    is_lost: bool = False
    values: dict[Field, Value] = field(default_factory=dict)

    @property
    def status(self) -> ReviewStatus:
        """The review status; without a stored value the dive is unreviewed."""
        value = self.values.get(Field.STATUS)
        return ReviewStatus(value.text or "") if value is not None else ReviewStatus.UNREVIEWED

    @property
    def is_deleted(self) -> bool:
        """Whether a person deleted the dive."""
        return Field.DELETED in self.values

    @property
    def fallback(self) -> PredictedDive | None:
        """The prediction that counts where no other value does.

        A dive that a person added was there before a model found it, so once lost it has only the person's values.
        """
        return None if self.is_lost and self.source == "person" else self.predicted

    @property
    def path_id(self) -> str | None:
        """The stored trajectory that counts."""
        value = self.values.get(Field.PATH)
        if value is not None:
            return value.trajectory_id
        return None if self.fallback is None else self.predicted_path_id

    def time(self, key: Literal[Field.START, Field.END]) -> FrameTime | None:
        """The start or end that counts; None if neither a person nor a model says."""
        value = self.values.get(key)
        return value.time if value is not None else self._predicted_time(key)

    def _predicted_time(self, key: Literal[Field.START, Field.END]) -> FrameTime | None:
        """The predicted start or end, moved to the other one that was set by hand where that lies beyond it."""
        predicted = self.fallback
        if predicted is None:
            return None
        if key is Field.START:
            end = self.values.get(Field.END)
            return predicted.start if end is None else min(predicted.start, end.time)
        start = self.values.get(Field.START)
        return predicted.end if start is None else max(predicted.end, start.time)

    def text(self, key: Literal[Field.BOARD, Field.CODE, Field.NOTE]) -> str | None:
        """The board, code or note that counts."""
        value = self.values.get(key)
        if value is not None:
            return value.text
        predicted = self.fallback
        if predicted is None or key is Field.NOTE:
            return None
        return predicted.board if key is Field.BOARD else predicted.code

    def predicted_value(self, key: Field) -> Value | None:
        """What the prediction says, as a value that can be kept; None if there is no prediction."""
        predicted = self.fallback
        if predicted is None:
            return None
        run_id, at_us = predicted.run_id, _to_us(predicted.provenance)
        if key is Field.START or key is Field.END:
            time = self._predicted_time(key)
            return None if time is None else Value(at_us, run_id=run_id, frame=time.frame, seconds=time.seconds)
        if key is Field.PATH:
            return Value(at_us, run_id=run_id, trajectory_id=self.predicted_path_id)
        return Value(at_us, run_id=run_id, text=predicted.board if key is Field.BOARD else predicted.code)


def _to_us(provenance: Provenance) -> int:
    since = provenance.at - to_datetime(0)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


class Provenances:
    """Provenance records, one for all values with the same origin."""

    def __init__(self, runs: Mapping[str, PredictionRun]) -> None:
        self._runs = runs
        self._people: dict[tuple[str | None, int], Provenance] = {}
        self._models: dict[str, Provenance] = {}
        self._classifiers: dict[str, Provenance] = {}

    def of(self, value: Value) -> Provenance:
        """Where a value comes from.

        Raises:
            KeyError: if it names a run that does not exist.
        """
        return self.of_run(value.run_id) if value.run_id is not None else self.of_person(value.person, value.at_us)

    def of_code(self, value: Value) -> Provenance:
        """Where a dive code comes from: of a run with a classifier, from that.

        Raises:
            KeyError: if it names a run that does not exist.
        """
        return self.of(value) if value.run_id is None else self.of_code_of_run(value.run_id)

    def of_person(self, person: str | None, at_us: int) -> Provenance:
        """The provenance of what a person set."""
        key = (person, at_us)
        if key not in self._people:
            self._people[key] = Provenance("person", person or "unknown", None, None, to_datetime(at_us))
        return self._people[key]

    def of_run(self, run_id: str) -> Provenance:
        """The provenance of what a run of a model said."""
        if run_id not in self._models:
            run = self._runs[run_id]
            model = run.model
            self._models[run_id] = Provenance("model", model.name, model.version, model.weights_hash, run.at)
        return self._models[run_id]

    def of_code_of_run(self, run_id: str) -> Provenance:
        """The provenance of a code that a run gave: its classifier, if it had one of its own for that."""
        if run_id not in self._classifiers:
            origin, classifier = self.of_run(run_id), self._runs[run_id].settings.get("classifier")
            if isinstance(classifier, dict):
                name, version, weights_hash = (classifier.get(key) for key in ("name", "version", "weights_hash"))
                if isinstance(name, str) and all(isinstance(one, str | None) for one in (version, weights_hash)):
                    origin = Provenance("model", name, version, weights_hash, origin.at)
            self._classifiers[run_id] = origin
        return self._classifiers[run_id]


def build_dive(state: DiveState, provenances: Provenances) -> Dive | None:
    """The effective record of a dive; None for one that has no start or end, such as an added dive after undo."""
    start, end = state.time(Field.START), state.time(Field.END)
    if start is None or end is None:
        return None
    predicted = None if state.is_lost else state.predicted
    code, code_value = state.text(Field.CODE), state.values.get(Field.CODE)
    is_models_code = (
        predicted is not None and predicted.code == code and (code_value is None or not code_value.is_human)
    )
    return Dive(
        id=state.id,
        video_id=state.video_id,
        start=start,
        end=end,
        board=state.text(Field.BOARD),
        code=code,
        code_probability=predicted.code_probability if predicted is not None and is_models_code else None,
        score=predicted.score if predicted is not None else None,
        status=state.status,
        source=state.source,
        note=state.text(Field.NOTE) or "",
        has_path=state.path_id is not None,
        human_fields=frozenset(
            key for key, value in state.values.items() if value.run_id is None and key not in _NOT_REVERTIBLE
        ),
        predicted=predicted,
        provenance=_provenance(state, provenances),
        is_deleted=state.is_deleted,
    )


_NOT_REVERTIBLE = (Field.STATUS, Field.DELETED)


def _provenance(state: DiveState, provenances: Provenances) -> Mapping[str, Provenance]:
    # Keys are members of Field, which are strings; making plain ones costs a third of the time to open a review.
    entries: dict[str, Provenance] = {}
    predicted = state.fallback
    if predicted is not None:
        origin = predicted.provenance
        entries[Field.START] = entries[Field.END] = origin
        if predicted.board is not None:
            entries[Field.BOARD] = origin
        if predicted.code is not None:
            entries[Field.CODE] = provenances.of_code_of_run(predicted.run_id)
        if predicted.has_path:
            entries[Field.PATH] = origin
    for key, value in state.values.items():
        entries[key] = provenances.of_code(value) if key is Field.CODE else provenances.of(value)
    return MappingProxyType(entries)


class VideoDives:
    """All dives of one video, with their records in order of start, end and id."""

    def __init__(self, states: Iterable[DiveState], runs: Mapping[str, PredictionRun]) -> None:
        self.states = {state.id: state for state in states}
        self.provenances = Provenances(runs)
        self._records: dict[str, Dive] = {}
        for state in self.states.values():
            record = build_dive(state, self.provenances)
            if record is not None:
                self._records[state.id] = record
        self._sorted = sorted(self._records.values(), key=_order_key)
        self._shown: tuple[Dive, ...] | None = None

    def record(self, dive_id: str) -> Dive | None:
        """The record of one dive, deleted ones included."""
        return self._records.get(dive_id)

    def records(self, *, include_deleted: bool) -> tuple[Dive, ...]:
        """The records in order."""
        if include_deleted:
            return tuple(self._sorted)
        if self._shown is None:
            self._shown = tuple([dive for dive in self._sorted if not dive.is_deleted])
        return self._shown

    def update(self, dive_ids: Iterable[str]) -> None:
        """Make the records of some dives again from their states."""
        for dive_id in dive_ids:
            before = self._records.pop(dive_id, None)
            if before is not None:
                del self._sorted[bisect_left(self._sorted, _order_key(before), key=_order_key)]
            record = build_dive(self.states[dive_id], self.provenances)
            if record is not None:
                self._records[dive_id] = record
                insort(self._sorted, record, key=_order_key)
        self._shown = None


def _order_key(dive: Dive) -> tuple[int, int, str]:
    return dive.start.frame, dive.end.frame, dive.id
