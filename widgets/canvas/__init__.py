"""The video canvas and what is drawn over a frame."""

from widgets.canvas.crop_view import CropView
from widgets.canvas.path_overlay import HANDLES, PathOverlay
from widgets.canvas.path_picture import OVERLAYS
from widgets.canvas.picture_view import PictureView
from widgets.canvas.pose_overlay import PoseOverlay
from widgets.canvas.video_canvas import VideoCanvas

__all__ = ["HANDLES", "OVERLAYS", "CropView", "PathOverlay", "PictureView", "PoseOverlay", "VideoCanvas"]
