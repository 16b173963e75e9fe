"""How dives are looked for, as the person has chosen it in the settings, or the nearest thing that can be done."""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING

from app.approach import Approach, choose_approach
from app.window.settings import Settings

if TYPE_CHECKING:
    from inference.diving.finder import FinderSettings

log = logging.getLogger(__name__)


def chosen_approach(settings: Settings) -> Approach:
    """The way to look for dives that the person has chosen, or what can be done of it.

    Raises:
        AnalysisError: if it needs networks that are not there.
    """
    thresholds = _usable(settings.thresholds)
    return choose_approach(settings.analysis_method, with_codes=settings.are_codes_proposed, thresholds=thresholds)


def _usable(thresholds: dict[str, float]) -> dict[str, float]:
    """These thresholds, or none if they cannot be."""
    if not thresholds:
        return {}
    from inference.diving.event_signals import ExtractionSettings

    try:
        ExtractionSettings(**thresholds)
    except (TypeError, ValueError) as error:
        log.warning("The stored thresholds cannot be used: %s", error)
        return {}
    return thresholds


def finder_settings(values: dict[str, object]) -> FinderSettings:
    """The finder's settings with the person's values; those it does not know or cannot use are left out."""
    from inference.diving.finder import FinderSettings

    known = {field.name for field in dataclasses.fields(FinderSettings)}
    usable = {name: value for name, value in values.items() if name in known}
    try:
        return FinderSettings(**usable)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        log.warning("The stored analysis settings cannot be used: %s", error)
        return FinderSettings()
