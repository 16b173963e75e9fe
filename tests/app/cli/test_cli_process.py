"""What only shows in a real process: exit codes, streams, signals, what is imported, screens that are not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from barcode import make_video
from program import MAIN, run_program, start_program

from app.document.document import ReviewDocument
from app.window.folders import log_folder

needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland are Linux's")
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a process on Windows")
NO_SCREEN = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}

FINDS_ONE_DIVE_THEN_GOES_ON = textwrap.dedent("""
    import sys, time
    import inference.diving.finder as finder
    from inference.results import DetectedDive, FrameTime, Interval

    def find_dives(reader, settings, *, frame_range, progress, cancel, on_dive):
        on_dive(DetectedDive(Interval(FrameTime(5, 0.2), FrameTime(20, 0.8)), 0.9))
        print("FOUND", file=sys.stderr, flush=True)
        while True:
            cancel.raise_if_cancelled()
            time.sleep(0.005)

    finder.find_dives = find_dives
    from main import main
    sys.exit(main())
""")

FAILS_UNEXPECTEDLY = textwrap.dedent("""
    import sys
    import app.sources as sources

    def open_source(*arguments, **options):
        raise RuntimeError("the flux capacitor is empty")

    sources.open_source = open_source
    from main import main
    sys.exit(main())
""")


def test_version_goes_to_stdout(tmp_path):
    finished = run_program("--version", folder=tmp_path)

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("DiveReview 0.")


def test_help_shows_the_commands_and_examples(tmp_path):
    finished = run_program("--help", folder=tmp_path)

    assert finished.returncode == 0
    for command in ("info", "frame", "analyze", "dives", "export", "import", "simulate", "demo", "bench"):
        assert f"\n  {command} " in finished.stdout
    assert (
        "\n    divereview analyze training.mp4 --out training.divereview\n"
        in run_program("analyze", "--help", folder=tmp_path).stdout
    )


@pytest.mark.parametrize(
    "arguments", [["anaylze"], ["info"], ["frame", "a.mp4", "x", "--out", "f.png"], ["--nonsense"]]
)
def test_wrong_usage_exits_with_2_and_says_so_on_stderr(tmp_path, arguments):
    finished = run_program(*arguments, folder=tmp_path)

    assert (finished.returncode, finished.stdout) == (2, "")
    assert "Usage: divereview" in finished.stderr


def test_nothing_heavy_is_imported_to_understand_the_command_line(tmp_path):
    script = textwrap.dedent("""
        import sys
        from main import main
        code = main()
        heavy = {"av", "cv2", "scipy", "sqlalchemy", "PySide6", "pyqtgraph", "torch"}
        print(sorted(heavy & set(sys.modules)), file=sys.stderr)
        sys.exit(code)
    """)

    for arguments in (["--version"], ["--help"], ["analyze", "--help"], ["nonsense"]):
        assert run_program(*arguments, folder=tmp_path, script=script).stderr.endswith("[]\n")


@needs_linux
@pytest.mark.parametrize("arguments", [[], ["video"]])
def test_without_a_screen_the_window_says_so_in_one_sentence(tmp_path, barcodes, arguments):
    finished = run_program(*[barcodes for _ in arguments], folder=tmp_path, environment=NO_SCREEN)

    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith("There is no screen to open the window on")
    assert len(finished.stderr.splitlines()) == 1


@needs_linux
def test_a_screen_that_does_not_answer_is_one_sentence_and_no_abort(tmp_path):
    finished = run_program(folder=tmp_path, environment=NO_SCREEN | {"DISPLAY": ":987"})

    assert (finished.returncode, finished.stdout) == (1, "")
    assert "DISPLAY" in finished.stderr or "libxcb" in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


def test_a_path_that_is_not_there_is_one_sentence(tmp_path):
    finished = run_program("missing.mp4", folder=tmp_path)

    assert finished.returncode == 1
    assert finished.stderr == "missing.mp4: there is no such file or folder, and no command of that name.\n"


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_the_dives_found_so_far_and_exits_with_130(tmp_path, barcodes, number):
    review = tmp_path / "r.divereview"
    with start_program(
        "analyze", barcodes, "--out", review, "--method", "motion", folder=tmp_path, script=FINDS_ONE_DIVE_THEN_GOES_ON
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "FOUND\n"
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=60)

    assert (process.returncode, stdout) == (130, "")
    assert stderr == f"Stopped; 1 dive found in séance.mp4 until then, kept in {review}.\n"
    with ReviewDocument.open(review) as document:
        (video,) = document.videos()
        (dive,) = document.dives(video.id)
        (run,) = document.runs(video.id)
    assert (dive.start.frame, dive.end.frame, dive.score) == (5, 20, 0.9)
    assert (run.first_frame, run.last_frame) == (0, 20)


@needs_signals
def test_ctrl_c_before_the_program_is_ready_leaves_no_traceback(tmp_path, barcodes):
    script = FINDS_ONE_DIVE_THEN_GOES_ON.replace("    on_dive(", "    raise KeyboardInterrupt\n    on_dive(")

    arguments = ("analyze", barcodes, "--out", "r.divereview", "--method", "motion")
    finished = run_program(*arguments, folder=tmp_path, script=script)

    assert (finished.returncode, finished.stderr) == (130, "Stopped.\n")


@needs_signals
@pytest.mark.parametrize("moment", ["app.cli.application", "app.cli.analyze", "typer"])
def test_ctrl_c_while_the_program_starts_leaves_no_traceback(tmp_path, barcodes, moment):
    script = textwrap.dedent(f"""
        import os, signal, sys

        class Interrupting:
            def find_spec(self, name, path=None, target=None):
                if name == {moment!r}:
                    os.kill(os.getpid(), signal.SIGINT)

        sys.meta_path.insert(0, Interrupting())
        from main import main
        sys.exit(main())
    """)

    arguments = ("analyze", barcodes, "--out", "r.divereview", "--method", "motion")
    finished = run_program(*arguments, folder=tmp_path, script=script)

    assert (finished.returncode, finished.stdout, finished.stderr) == (130, "", "Stopped.\n")


@needs_linux
def test_an_output_that_cannot_be_written_is_one_sentence(barcodes):
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        finished = subprocess.run(
            [sys.executable, str(MAIN), "info", str(barcodes)],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    assert finished.returncode == 1
    assert finished.stderr == "The output cannot be written (No space left on device).\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX pipe")
def test_a_reader_that_goes_away_is_no_error_message(barcodes):
    reading, writing = os.pipe()
    os.close(reading)
    finished = subprocess.run(
        [sys.executable, str(MAIN), "info", str(barcodes), "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert (finished.returncode, finished.stderr) == (141, "")


def test_an_unforeseen_error_is_a_sentence_and_a_crash_log(tmp_path, barcodes):
    finished = run_program("info", barcodes, folder=tmp_path, script=FAILS_UNEXPECTEDLY)

    assert (finished.returncode, finished.stdout) == (1, "")
    assert len(finished.stderr.splitlines()) == 1
    assert "RuntimeError: the flux capacitor is empty" in finished.stderr
    (report,) = log_folder().glob("crash-*.txt")
    assert str(report) in finished.stderr
    text = report.read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in text
    assert "the flux capacitor is empty" in text


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_that_cannot_show_a_character_does_not_stop_the_program(tmp_path, encoding):
    path = make_video(tmp_path / "跳水 ½.mp4", range(5))
    environment = {"PYTHONIOENCODING": encoding}

    shown = run_program("frame", path, 0, "--out", "跳.png", folder=tmp_path, environment=environment)
    missing = run_program("info", tmp_path / "跳.mp4", folder=tmp_path, environment=environment)

    assert (shown.returncode, missing.returncode) == (0, 1)
    assert (tmp_path / "跳.png").stat().st_size > 0
    for said in (shown.stderr, missing.stderr):
        assert len(said.splitlines()) == 1
        assert "\\u8df3" in said
