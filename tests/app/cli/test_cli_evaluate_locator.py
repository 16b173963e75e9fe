"""`evaluate-locator`: two strategies and the detector in one table, as JSON, Markdown and a figure."""

from __future__ import annotations

import json

import pytest
import torch
from falling_spots import write_falling_spots
from typer.testing import CliRunner

from app.cli.application import build_application
from inference.models.detector_weights import save_detector
from inference.models.dive_detector import DiveDetector
from inference.models.locator_listing import ListingLocator
from inference.models.locator_weights import save_locator

runner = CliRunner()


def invoke(*arguments):
    return runner.invoke(build_application(), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locators")
    torch.manual_seed(0)
    for strategy in ("heatmap", "soft-argmax"):
        save_locator(ListingLocator(strategy, 12), folder / f"{strategy}.safetensors")
    save_detector(DiveDetector(2), folder / "detector.safetensors")
    write_falling_spots(folder / "spots", ("testing", "training"))
    return folder


def test_all_networks_stand_in_one_table(made, tmp_path):
    networks = (
        *("--weights", made / "heatmap.safetensors", "--weights", made / "soft-argmax.safetensors"),
        *("--detector", made / "detector.safetensors"),
    )
    common = ("--data", made / "spots", *networks, "--device", "cpu", "--keep", tmp_path / "kept")
    page = tmp_path / "where.md"

    done = invoke("evaluate-locator", *common, "--markdown", page, "--plots", tmp_path / "figures")
    assert done.exit_code == 0, done.stderr
    rows = [line.split("  ")[0] for line in done.stdout.splitlines()]
    assert rows[2:5] == ["listing heatmap", "listing soft-argmax", "dive detector"]
    assert "Distances from the true place, percentiles over the dives" in rows
    assert "What each costs" in rows
    assert page.read_text().count("- Weights of ") == 3
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {"locators.png", "locators.svg"}

    again = invoke("evaluate-locator", *common, "--json", "--split", "testing")
    facts = json.loads(again.stdout)
    assert list(facts) == ["listing heatmap", "listing soft-argmax", "dive detector"]
    assert {own["tracking"]["dives"] for own in facts.values()} == {1}
    assert list(facts["listing soft-argmax"]["by_board"]) == ["platform-5"]
    weights = sum(parameter.numel() for parameter in ListingLocator("heatmap").parameters())
    assert facts["listing heatmap"]["cost"]["parameters"] == weights
    assert all(own["cost"]["picture_ms"] > 0 for own in facts.values())
    assert len(list((tmp_path / "kept").iterdir())) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((), 2, "Name at least one network, by --weights or by --detector."),
        (("--weights", "detector.safetensors"), 1, "does not hold the weights of a diver locator"),
        (("--detector", "nowhere"), 1, "nowhere"),
        (
            ("--detector", "detector.safetensors", "--split", "validation"),
            1,
            "no dive with a known place in validation",
        ),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(made, monkeypatch, arguments, code, sentence):
    monkeypatch.chdir(made)
    done = invoke("evaluate-locator", "--data", "spots", "--device", "cpu", *arguments)

    assert done.exit_code == code
    assert sentence in " ".join(done.stderr.split())
