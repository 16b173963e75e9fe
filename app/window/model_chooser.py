"""Choosing among the pose models: a menu on the toolbar."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFileDialog, QMenu, QToolBar, QToolButton

from app.pose_models import PoseModelChoice, chosen_model, pose_model_choices
from app.window.action_set import ActionSet
from app.window.settings import Settings
from widgets.icons import icon

MODEL_FILTER = "Pose models (*.onnx *.safetensors)"


class ModelChooser(QObject):
    """The button says which model finds poses; its menu lists all of them anew whenever it opens."""

    chosen = Signal()
    failed = Signal(object)
    """A model could not be added: the exception."""

    def __init__(self, toolbar: QToolBar, actions: ActionSet, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._settings = actions, settings
        toolbar.addSeparator()
        self.button = QToolButton(toolbar)
        self.button.setIcon(icon("model"))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setAccessibleName("Pose model")
        self.menu = QMenu(self.button)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)
        self.button.setMenu(self.menu)
        toolbar.addWidget(self.button)
        self._show_choice()

    def _fill(self) -> None:
        self.menu.clear()
        chosen = chosen_model(self._settings.pose_model)
        group = QActionGroup(self.menu)
        for choice in pose_model_choices():
            action = self.menu.addAction(choice.title)
            action.setCheckable(True)
            action.setChecked(choice == chosen)
            action.setToolTip(str(choice.path))
            action.triggered.connect(lambda _checked=False, choice=choice: self.choose(choice))
            group.addAction(action)
        if chosen is None:
            self.menu.addAction("No pose model yet").setEnabled(False)
        self.menu.addSeparator()
        self.menu.addAction("Add a model…").triggered.connect(self._ask)
        self.menu.addSeparator()
        for name in ("pose_frame", "pose_dive"):
            self.menu.addAction(self._actions[name])

    def choose(self, choice: PoseModelChoice) -> None:
        """Find poses by this model from now on."""
        self._settings.pose_model = choice.name
        self._show_choice()
        self.chosen.emit()

    def add(self, path: Path) -> None:
        """Copy a model's file among the person's own, and choose it."""
        from inference.models.errors import ModelError
        from inference.models.model_store import add_model

        try:
            stored = add_model(path)
        except (ModelError, OSError) as error:
            self.failed.emit(error)
            return
        self._settings.pose_model = stored.name
        self._show_choice()
        self.chosen.emit()

    def _ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self.button, "Add a pose model", str(Path.home()), MODEL_FILTER)
        if name:
            self.add(Path(name))

    def _show_choice(self) -> None:
        chosen = chosen_model(self._settings.pose_model)
        self.button.setText(chosen.title if chosen is not None else "No pose model")
        self.button.setToolTip("The model that finds poses")
