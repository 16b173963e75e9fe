"""The heatmap inspector between the frame that is shown and the pose models: never the heatmap of another frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDockWidget, QFileDialog, QMainWindow

from app.heatmap_looks import Question, heatmap_numbers
from app.loaded_models import LoadedModels
from app.pose_models import PoseModelChoice, chosen_model, pose_model_choices
from app.window.dive_places import DivePlaces
from app.window.heatmap_answers import HeatmapAnswers
from app.window.heatmap_sheets import Truths, Wanted, empty_panel, model_row, planes_of
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from inference.pose.planes import stage_names
from inference.results import FrameTime
from inference.time_code import frame_label
from widgets.heatmaps import HeatmapInspector, HeatmapPanel
from widgets.heatmaps.heatmap_panel import HeatmapSheet

if TYPE_CHECKING:
    from inference.pose.crop_heatmaps import CropLook
    from inference.pose.crop_map import CropRegion

PNG_FILTER, SVG_FILTER, NPZ_FILTER = "Picture (*.png)", "Drawing (*.svg)", "Numbers (*.npz)"
_SUFFIXES: Final = {PNG_FILTER: ".png", SVG_FILTER: ".svg", NPZ_FILTER: ".npz"}
_FIRST_SIZE: Final = (256, 256)
_ROOMY_PX: Final = 420


class HeatmapInspection(QObject):
    """Asks the chosen model, and a second one, of the frame that is shown, as long as the inspector is in sight."""

    said = Signal(str)
    failed = Signal(object)
    """Something could not be saved: the exception."""

    def __init__(
        self,
        dock: QDockWidget,
        action: QAction,
        session: ReviewSession,
        playback: PlaybackController,
        settings: Settings,
        models: LoadedModels,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._dock, self._action, self._window = dock, action, window
        self._session, self._playback, self._settings = session, playback, settings
        self._inspector = inspector = cast("HeatmapInspector", dock.widget())
        self._places = DivePlaces(session, self)
        self._answers = HeatmapAnswers(models, settings, self)
        self._shown: tuple[int, float, Any] | None = None
        self._models: list[PoseModelChoice] = []
        self._sizes: dict[str, tuple[int, int]] = {}  # of the crops that models are shown, once known
        self._is_in_sight = False
        playback.frame_shown.connect(self._follow)
        playback.state_changed.connect(self.refresh)
        for changed in (session.selection_changed, session.dives_changed, session.keypoints_changed):
            changed.connect(self.refresh)
        session.video_changed.connect(self._forget_video)
        self._answers.answered.connect(self.refresh)
        self._answers.said.connect(self.said)
        controls = inspector.controls
        controls.choice_changed.connect(self.refresh)
        controls.copy_requested.connect(self.copy)
        controls.save_requested.connect(self._ask_where)
        inspector.stage_picked.connect(controls.stage.setCurrentIndex)
        dock.visibilityChanged.connect(self._take_sight)
        dock.toggleViewAction().toggled.connect(action.setChecked)

    def toggle(self) -> None:
        """Bring the inspector to the front, or take it away if it is there already."""
        if self._is_in_sight:
            self._dock.hide()
        else:
            self._dock.show()
            self._dock.raise_()
            if not self._dock.isFloating() and self._dock.width() < _ROOMY_PX:
                self._window.resizeDocks([self._dock], [_ROOMY_PX], Qt.Orientation.Horizontal)
        self._action.setChecked(not self._dock.isHidden())

    def step_joint(self, steps: int) -> None:
        """So many joints on."""
        if self._is_in_sight:
            self._inspector.controls.step_joint(steps)

    def step_stage(self, steps: int) -> None:
        """So many stages on."""
        if self._is_in_sight:
            self._inspector.controls.step_stage(steps)

    def step_plane(self, steps: int) -> None:
        """So many planes on."""
        if self._is_in_sight:
            self._inspector.controls.step_plane(steps)

    def _take_sight(self, is_in_sight: bool) -> None:
        """Without anybody who sees the inspector, no model runs."""
        self._is_in_sight = is_in_sight
        if is_in_sight:
            self._list_models()
        else:
            self._answers.rest()

    def read_models(self) -> None:
        """Another model or device was chosen, or there are others now."""
        self._answers.forget()
        self._answers.rest()
        if self._is_in_sight:
            self._list_models()

    def _list_models(self) -> None:
        chosen = chosen_model(self._settings.pose_model)
        self._models = [chosen] if chosen is not None else []
        self._models += [choice for choice in pose_model_choices() if choice != chosen]
        self._inspector.controls.set_models([(choice.name, choice.title) for choice in self._models[1:]])
        self.refresh()

    def close(self) -> None:
        """Wait for the worker."""
        self._answers.close()

    def _follow(self, frame: int, seconds: float, pixels: Any) -> None:
        self._shown = frame, seconds, pixels
        self.refresh()

    def _forget_video(self) -> None:
        self._shown = None
        self._answers.forget()
        self.refresh()

    def refresh(self) -> None:
        """Show what is known of the frame that is shown, and ask for what is not."""
        if not self._is_in_sight:
            return
        if self._shown is None or not self._models:
            self._answers.want((), None)
            self._inspector.show_message(
                "Open a video to look into heatmaps."
                if self._shown is None
                else "There is no pose model yet; add one from the menu of pose models in the toolbar."
            )
            return
        questions, place = self._questions()
        answers = [self._answers.answer(question) for question in questions]
        is_waiting = not self._playback.is_playing
        unknown = [question for question, answer in zip(questions, answers, strict=True) if answer is None]
        self._answers.want(unknown if is_waiting else (), self._shown[2])
        if all(isinstance(answer, str) for answer in answers):
            self._inspector.show_message("\n\n".join(dict.fromkeys(map(str, answers))))
            return
        self._fill_lists(answers[0])
        controls = self._inspector.controls
        joint = controls.chosen_joint
        is_all_stages, planes = controls.all_stages.isChecked(), controls.chosen_planes
        wanted = Wanted(joint or "", controls.chosen_stage or 0, is_all_stages, planes)
        truths = self._truths()
        rows = tuple(
            self._row(question, answer, wanted, truths) for question, answer in zip(questions, answers, strict=True)
        )
        frame, seconds, _ = self._shown
        caption = [frame_label(frame, seconds).capitalize(), place, *([joint.replace("_", " ")] if joint else [])]
        self._inspector.show_sheet(HeatmapSheet(" · ".join(caption), rows, len(planes)))

    def _row(
        self, question: Question, answer: CropLook | str | None, wanted: Wanted, truths: Truths
    ) -> tuple[HeatmapPanel, ...]:
        model = question.model
        if answer is not None and not isinstance(answer, str):
            self._sizes[model.name] = (answer.picture.shape[0], answer.picture.shape[1])
            return model_row(model, answer, wanted, truths)
        note = answer or ""
        if not note and self._playback.is_playing:
            note = "Pause to look into this frame."
        elif not note and model.name not in self._sizes:
            note = f"{model.title} is being loaded…"
        assert self._shown is not None
        size = self._sizes.get(model.name, _FIRST_SIZE)
        return (empty_panel(model, self._shown[2], question.region, size, note),)

    def _questions(self) -> tuple[list[Question], str]:
        """What to ask of the frame that is shown, and in words where the models look."""
        assert self._shown is not None
        region, place = self._region()
        second = self._inspector.controls.second_model
        models = [self._models[0], *(model for model in self._models[1:] if model.name == second)]
        return [Question(model, self._shown[0], region) for model in models], place

    def _region(self) -> tuple[CropRegion, str]:
        from inference.pose.crop_map import whole_crop

        assert self._shown is not None
        frame, _, pixels = self._shown
        found = self._places.at(frame)
        if found is None:
            return whole_crop(0, 0, pixels.shape[1], pixels.shape[0]), "whole picture"
        dive_id, region = found
        number = next(place for place, dive in enumerate(self._session.dives, start=1) if dive.id == dive_id)
        return region, f"tracked crop of dive {number}"

    def _fill_lists(self, answer: CropLook | str | None) -> None:
        """What the first model can be asked for; as long as it has not answered, that of the last answer stays."""
        if answer is not None and not isinstance(answer, str):
            self._inspector.controls.set_joints(answer.joints)
            self._inspector.controls.set_stages(stage_names(answer.stages))
            self._inspector.controls.set_planes(planes_of(answer))

    def _truths(self) -> Truths:
        """Where a person placed keypoints in the frame that is shown."""
        document = self._session.document
        found = self._places.at(self._shown[0]) if self._shown is not None else None
        if document is None or self._shown is None or found is None or self._playback.is_playing:
            return {}
        placed = document.keypoints(found[0], self._shown[0])
        return {name: (keypoint.x, keypoint.y) for name, keypoint in placed.items() if keypoint.is_human}

    # Taking along

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        from widgets.heatmaps.heatmap_export import sheet_image

        sheet = self._inspector.sheet
        if sheet.rows:
            # No QMimeData with the facts beside it: made by Python, it would outlive the application and crash its end.
            QGuiApplication.clipboard().setImage(sheet_image(sheet, self._inspector.controls.style_of_panels))
            self.said.emit("The heatmap is on the clipboard, as a picture.")

    def _ask_where(self) -> None:
        if self._shown is None or self._session.index is None:
            return
        video = self._session.index.path
        joint = self._inspector.controls.chosen_joint or "heatmap"
        folder = self._settings.export_folder or video.parent
        suggested = folder / f"{video.stem}-frame-{self._shown[0]}-{joint}.png"
        filters = ";;".join(_SUFFIXES)
        name, chosen = QFileDialog.getSaveFileName(self._inspector, "Save heatmaps", str(suggested), filters)
        if name:
            path = Path(name)
            self.save(
                path if path.suffix.lower() in _SUFFIXES.values() else path.with_name(path.name + _SUFFIXES[chosen])
            )

    def save(self, path: Path) -> None:
        """Write what is shown: as a picture (.png), as a drawing (.svg), or all numbers of the frame (.npz)."""
        from widgets.heatmaps.heatmap_export import sheet_png, sheet_svg

        sheet, style = self._inspector.sheet, self._inspector.controls.style_of_panels
        if not sheet.rows:
            return
        try:
            if path.suffix.lower() == ".npz":
                content = self._numbers()
            else:
                content = sheet_svg(sheet, style) if path.suffix.lower() == ".svg" else sheet_png(sheet, style)
            path.write_bytes(content)
        except OSError as error:
            self.failed.emit(error)
            return
        self.said.emit(f"Saved {path.name}.")

    def _numbers(self) -> bytes:
        assert self._shown is not None
        questions, _ = self._questions()
        found = [self._answers.answer(question) for question in questions]
        seen = [answer for answer in found if answer is not None and not isinstance(answer, str)]
        video = self._session.index.path if self._session.index is not None else Path()
        return heatmap_numbers(seen, FrameTime(self._shown[0], self._shown[1]), video)
