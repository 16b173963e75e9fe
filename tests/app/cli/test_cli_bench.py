"""`divereview bench`: finding, running and printing benchmarks; what they measure is not tested here."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from app.cli import bench as bench_module
from app.cli.application import build_application

runner = CliRunner()

FAKE = """
import json, os, sys
print("measuring hard", file=sys.stderr)
json.dump([{"benchmark": "fake", "what": "a | b", "measured": "1.5 ms", "figures": {"p50_ms": 1.5},
            "budget": "below 2 ms", "is_met": True}], sys.stdout)
"""


def invoke(*arguments):
    return runner.invoke(build_application(), ["bench", *arguments])


@pytest.fixture
def fake_tree(tmp_path, monkeypatch):
    folder = tmp_path / "tests" / "bench"
    folder.mkdir(parents=True)
    (folder / "bench_fake.py").write_text(FAKE, encoding="utf-8")
    (folder / "bench_broken.py").write_text("raise SystemExit(3)", encoding="utf-8")
    (folder / "measurement.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(bench_module, "SOURCE_TREE", tmp_path)


def test_every_benchmark_of_the_source_tree_is_listed():
    names = invoke("--list").stdout.split()

    assert names == [
        *(
            "detector",
            "finder",
            "live",
            "memory",
            "network",
            "playback",
            "review",
            "seek",
            "simulator",
            "start",
            "step",
            "timeline",
        )
    ]


def test_table_holds_what_was_measured_and_the_machine(fake_tree):
    result = invoke("--only", "fake")

    assert result.exit_code == 0
    header, line, _, machine = result.stdout.splitlines()
    assert header.split() == ["what", "measured", "budget", "met"]
    assert line == "a | b  1.5 ms    below 2 ms  yes"
    assert machine.startswith("Measured on: ")
    assert "Python 3." in machine


def test_markdown_escapes_what_would_end_a_cell(fake_tree):
    lines = invoke("--only", "fake", "--markdown").stdout.splitlines()

    assert lines[2:] == [
        "| what | measured | budget | met |",
        "| --- | --- | --- | --- |",
        "| a \\| b | 1.5 ms | below 2 ms | yes |",
    ]


def test_json_holds_the_figures(fake_tree):
    measured = json.loads(invoke("--only", "fake", "--json").stdout)

    assert measured["results"][0]["figures"] == {"p50_ms": 1.5}
    assert "cores" in measured["machine"]


def test_a_page_has_a_section_for_each_machine(fake_tree, tmp_path, monkeypatch):
    page = tmp_path / "results" / "fake.md"
    for machine, busy_share in (
        ("One, 2 cores, Linux", 0.0),
        ("Two, 4 cores, macOS", 0.93),
        ("One, 2 cores, BSD", 0.0),
    ):
        monkeypatch.setattr("app.cli.bench_page.describe_machine", lambda machine=machine: machine)
        monkeypatch.setattr(bench_module, "others_share", lambda busy_share=busy_share: busy_share)
        assert invoke("--only", "fake", "--page", str(page)).exit_code == 0
    lines = page.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.startswith("#")] == [
        "# Benchmarks: fake",
        "## One, 2 cores",
        "## Two, 4 cores",
    ]
    assert [line for line in lines if "Machine" in line] == [
        "- Machine: One, 2 cores, BSD",
        "- Machine: Two, 4 cores, macOS",
    ]
    assert lines.count("| a \\| b | 1.5 ms | below 2 ms | yes |") == 2
    assert lines.count("- Command: `divereview bench --only fake --page fake.md`") == 2
    [busy] = [line for line in lines if "Other programs" in line]
    assert busy == "- Other programs took 93% of the processor when it began; on a quiet machine it is faster."
    assert lines.index(busy) > lines.index("## Two, 4 cores")


def test_a_benchmark_that_fails_is_named_and_the_others_are_printed(fake_tree):
    result = invoke()

    assert result.exit_code == 1
    assert "1.5 ms" in result.stdout
    assert result.stderr.endswith("Not measured because they failed: broken; what they said stands above.\n")


def test_an_unknown_benchmark_is_wrong_usage(fake_tree):
    result = invoke("--only", "nonsense")

    assert result.exit_code == 2
    assert "broken, fake" in result.stderr


def test_without_the_source_tree_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(bench_module, "SOURCE_TREE", tmp_path)

    result = invoke()

    assert result.exit_code == 1
    assert result.stderr.startswith("The benchmarks are not part of the installed program")
