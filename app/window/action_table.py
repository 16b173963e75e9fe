"""Every action of the window in one table: toolbar, menus, shortcut editor and the `?` sheet all come from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing a person can do.

    keys are the default shortcuts in Qt's portable text; icon is the name of an icon, or "" for none; an action that
    needs a video, a dive or a review that may be changed is disabled without one, as is one that needs a pose over the
    picture, a joint selected in it, or the keyboard in the picture.
    """

    id: str
    text: str
    group: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    is_checkable: bool = False
    needs: frozenset[str] = frozenset()


REVIEW = frozenset({"review"})
REVIEW_EDIT = frozenset({"review", "writable"})
VIDEO = frozenset({"video"})
EDIT = frozenset({"video", "writable"})
DIVE = frozenset({"video", "dive"})
DIVE_EDIT = frozenset({"video", "dive", "writable"})

POSE_EDIT = frozenset({"video", "pose", "writable"})
JOINT_EDIT = frozenset({"video", "pose", "joint", "writable"})
PICTURE = frozenset({"video", "pose", "picture"})

FILE, EDITING, PLAY, DIVES, CODE, POSE = "File", "Edit", "Play", "Dives", "Dive code", "Pose"
SHOW, VIEW, HELP = "Overlays", "View", "Help"
GROUPS = (FILE, EDITING, PLAY, DIVES, CODE, POSE, SHOW, VIEW, HELP)

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "Open…", FILE, ("Ctrl+O",), "open", "Open a video or a review"),
    ActionSpec("open_folder", "Open image folder…", FILE, ("Ctrl+Shift+O",), "", "Open a folder of images as a video"),
    ActionSpec("add_video", "Add video to this review…", FILE, (), "", needs=REVIEW_EDIT),
    ActionSpec("locate_video", "Locate video…", FILE, (), "", "Say where a moved video is", needs=REVIEW),
    ActionSpec("deinterlace", "Deinterlace", FILE, (), "", "One frame per field", is_checkable=True, needs=EDIT),
    ActionSpec("next_video", "Next video", FILE, ("Ctrl+PgDown",), "", needs=REVIEW),
    ActionSpec("previous_video", "Previous video", FILE, ("Ctrl+PgUp",), "", needs=REVIEW),
    ActionSpec("analyse", "Analyse whole video", FILE, ("Ctrl+R",), "analyse", "Find every dive", needs=EDIT),
    ActionSpec("analyse_range", "Analyse working zone", FILE, ("Ctrl+Shift+R",), "", "Only this zone", needs=EDIT),
    ActionSpec("analyse_all", "Analyse all videos", FILE, (), "", "Those of this review, in a row", needs=EDIT),
    ActionSpec("finder_settings", "Analysis settings…", FILE, (), "", "Method, slow motion, durations, sensitivity"),
    ActionSpec("cancel_jobs", "Cancel running work", FILE, ("Ctrl+.",), ""),
    ActionSpec("export", "Export…", FILE, ("Ctrl+E",), "export", needs=REVIEW),
    ActionSpec("close_review", "Close review", FILE, ("Ctrl+W",), "", needs=REVIEW),
    ActionSpec("quit", "Quit", FILE, ("Ctrl+Q",), ""),
    ActionSpec("undo", "Undo", EDITING, ("Ctrl+Z",), "undo"),
    ActionSpec("redo", "Redo", EDITING, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    ActionSpec("play", "Play / pause", PLAY, ("Space",), "play", needs=VIDEO),
    ActionSpec("play_reverse", "Play backwards", PLAY, ("Shift+Space",), "reverse", needs=VIDEO),
    ActionSpec("shuttle_back", "Shuttle backwards", PLAY, ("J",), "", "Again: faster", needs=VIDEO),
    ActionSpec("shuttle_stop", "Shuttle stop", PLAY, ("K",), "", needs=VIDEO),
    ActionSpec("shuttle_forward", "Shuttle forwards", PLAY, ("L",), "", "Again: faster", needs=VIDEO),
    ActionSpec("step_forward", "One frame on", PLAY, ("Right",), "", needs=VIDEO),
    ActionSpec("step_back", "One frame back", PLAY, ("Left",), "", needs=VIDEO),
    ActionSpec("step_forward_10", "Ten frames on", PLAY, ("Shift+Right",), "", needs=VIDEO),
    ActionSpec("step_back_10", "Ten frames back", PLAY, ("Shift+Left",), "", needs=VIDEO),
    ActionSpec("step_forward_1s", "One second on", PLAY, ("Ctrl+Right",), "", needs=VIDEO),
    ActionSpec("step_back_1s", "One second back", PLAY, ("Ctrl+Left",), "", needs=VIDEO),
    ActionSpec("go_start", "First frame", PLAY, ("Home",), "", needs=VIDEO),
    ActionSpec("go_end", "Last frame", PLAY, ("End",), "", needs=VIDEO),
    ActionSpec("slower", "Slower", PLAY, ("-",), "", needs=VIDEO),
    ActionSpec("faster", "Faster", PLAY, ("+", "="), "", needs=VIDEO),
    ActionSpec("real_speed", "Real speed", PLAY, ("0",), "", needs=VIDEO),
    ActionSpec("loop", "Loop the working zone", PLAY, ("R",), "loop", is_checkable=True, needs=VIDEO),
    ActionSpec("loop_dive", "Loop the dive", PLAY, ("Shift+R",), "", "Working zone round the dive", needs=DIVE),
    ActionSpec("zone_start", "Working zone from here", PLAY, ("I",), "", needs=VIDEO),
    ActionSpec("zone_end", "Working zone to here", PLAY, ("O",), "", needs=VIDEO),
    ActionSpec("zone_clear", "Clear working zone", PLAY, ("X",), "", needs=VIDEO),
    ActionSpec("next_dive", "Next dive", DIVES, ("N",), "next-dive", needs=VIDEO),
    ActionSpec("previous_dive", "Previous dive", DIVES, ("P",), "previous-dive", needs=VIDEO),
    ActionSpec("go_take_off", "Go to the start frame", DIVES, (",",), "", needs=DIVE),
    ActionSpec("go_entry", "Go to the end frame", DIVES, (".",), "", needs=DIVE),
    ActionSpec("accept", "Accept and go on", DIVES, ("Return", "Enter"), "accept", needs=DIVE_EDIT),
    ActionSpec("reject", "Reject", DIVES, ("Delete",), "reject", needs=DIVE_EDIT),
    ActionSpec("unreview", "Back to unreviewed", DIVES, ("Shift+U",), "", needs=DIVE_EDIT),
    ActionSpec("set_start", "Start at this frame", DIVES, ("[",), "", needs=DIVE_EDIT),
    ActionSpec("set_end", "End at this frame", DIVES, ("]",), "", needs=DIVE_EDIT),
    ActionSpec("add_dive", "Add dive here", DIVES, ("Ins", "Ctrl+N"), "add", "The working zone, or 1.5 s", needs=EDIT),
    ActionSpec("split_dive", "Split at this frame", DIVES, ("Ctrl+T",), "split", needs=DIVE_EDIT),
    ActionSpec("merge_dives", "Merge with the next", DIVES, ("Ctrl+M",), "merge", "Or all selected", needs=DIVE_EDIT),
    ActionSpec("delete_dive", "Delete dive", DIVES, ("Shift+Delete", "Ctrl+Backspace"), "delete", needs=DIVE_EDIT),
    ActionSpec("edit_path", "Draw the path by hand", DIVES, ("E",), "path", "For a dive without one", needs=DIVE_EDIT),
    ActionSpec("remove_path", "Back to the found path", DIVES, (), "", needs=DIVE_EDIT),
    ActionSpec("next_handle", "Next path handle", DIVES, ("M",), "", "Then the arrows move it", needs=DIVE_EDIT),
    ActionSpec("toggle_candidate", "Candidate in / out", DIVES, ("G",), "", "Of this frame", needs=DIVE_EDIT),
    ActionSpec("pose_frame", "Pose of this frame", DIVES, ("Shift+K",), "", "Keypoints by the model", needs=DIVE_EDIT),
    ActionSpec("pose_dive", "Pose of this dive", DIVES, ("Ctrl+K",), "", "In all its frames", needs=DIVE_EDIT),
    *(
        ActionSpec(f"group_{group}", f"Group {group}: {name}", CODE, (str(group),), "", needs=DIVE_EDIT)
        for group, name in enumerate(("forward", "back", "reverse", "inward", "twisting", "armstand"), start=1)
    ),
    *(
        ActionSpec(f"position_{letter}", f"Position {letter}: {name}", CODE, (letter,), "", needs=DIVE_EDIT)
        for letter, name in (("A", "straight"), ("B", "pike"), ("C", "tuck"), ("D", "free"))
    ),
    ActionSpec("more_somersaults", "Half a somersault more", CODE, ("Ctrl+Up",), "", needs=DIVE_EDIT),
    ActionSpec("fewer_somersaults", "Half a somersault less", CODE, ("Ctrl+Down",), "", needs=DIVE_EDIT),
    ActionSpec("more_twists", "Half a twist more", CODE, ("Ctrl+Shift+Up",), "", needs=DIVE_EDIT),
    ActionSpec("fewer_twists", "Half a twist less", CODE, ("Ctrl+Shift+Down",), "", needs=DIVE_EDIT),
    ActionSpec("type_code", "Type the dive code", CODE, ("Ctrl+D",), "", needs=DIVE_EDIT),
    ActionSpec("next_board", "Next board", CODE, ("Ctrl+B",), "", needs=DIVE_EDIT),
    ActionSpec("next_keypoint", "Next keypoint", POSE, ("Tab",), "", "Then Alt and the arrows move it", needs=PICTURE),
    ActionSpec("previous_keypoint", "Previous keypoint", POSE, ("Shift+Tab",), "", needs=PICTURE),
    ActionSpec("keypoint_visibility", "Visible / hidden", POSE, ("V",), "", "The keypoint", needs=JOINT_EDIT),
    ActionSpec(
        "keypoint_back", "Keypoint as found", POSE, ("Backspace",), "", "As the model sees it", needs=JOINT_EDIT
    ),
    ActionSpec("swap_sides", "Swap left and right", POSE, ("W",), "", "Of the whole pose", needs=POSE_EDIT),
    ActionSpec("swap_limb", "Swap the limb's sides", POSE, ("Shift+W",), "", "The keypoint's limb", needs=JOINT_EDIT),
    ActionSpec(
        "copy_pose", "Copy previous pose", POSE, ("Y",), "", "From the frame before, along the path", needs=EDIT
    ),
    ActionSpec("clear_pose", "Pose as found", POSE, ("Shift+Backspace",), "", "As the model sees it", needs=POSE_EDIT),
    ActionSpec("swap_zone", "Swap sides in the zone", POSE, ("Ctrl+Shift+W",), "", "Working zone", needs=EDIT),
    ActionSpec("clear_zone", "Zone as found", POSE, ("Ctrl+Shift+Backspace",), "", "Working zone", needs=EDIT),
    ActionSpec(
        "interpolate_gap", "Interpolate this gap", POSE, ("Shift+I",), "", "Between corrected frames", needs=EDIT
    ),
    ActionSpec("interpolate_dive", "Interpolate this dive", POSE, ("Ctrl+I",), "", "All its gaps", needs=EDIT),
    ActionSpec("show_path", "Path", SHOW, ("T",), "path", "Show the path", is_checkable=True),
    ActionSpec("show_candidates", "Candidates", SHOW, ("Shift+T",), "candidates", "Show candidates", is_checkable=True),
    ActionSpec("show_crop", "Crop box", SHOW, ("Shift+C",), "crop", "Show the crop box", is_checkable=True),
    ActionSpec("show_pose", "Skeleton", SHOW, ("S",), "pose", "Show the pose", is_checkable=True),
    ActionSpec("show_ghost", "Found pose beneath", SHOW, ("Shift+G",), "", "Ghost", is_checkable=True),
    ActionSpec("show_heatmap", "Heatmap", SHOW, ("H",), "heatmap", "Where the model sees joints", True, VIDEO),
    ActionSpec("show_spread", "Covariance ellipses", SHOW, ("Shift+E",), "", "How far joints spread", True, VIDEO),
    ActionSpec("show_samples", "Samples", SHOW, ("Shift+D",), "", "Where joints might be", True, VIDEO),
    ActionSpec("show_fields", "Part affinity fields", SHOW, ("Shift+P",), "", "Arrows along limbs", True, VIDEO),
    ActionSpec("show_signals", "Signals", SHOW, ("Shift+M",), "", "What the detector says", True, VIDEO),
    ActionSpec(
        "live_pose", "Live pose", SHOW, ("Shift+S",), "live", "Find the pose live", is_checkable=True, needs=VIDEO
    ),
    ActionSpec("heatmaps", "Heatmaps", VIEW, ("Shift+H",), "", "Look into heatmaps", is_checkable=True, needs=REVIEW),
    ActionSpec("next_joint", "Next joint", VIEW, ("Alt+Down",), "", "Of the heatmaps", needs=VIDEO),
    ActionSpec("previous_joint", "Previous joint", VIEW, ("Alt+Up",), "", "Of the heatmaps", needs=VIDEO),
    ActionSpec("next_stage", "Next stage", VIEW, ("Alt+Right",), "", "Of the heatmaps", needs=VIDEO),
    ActionSpec("previous_stage", "Previous stage", VIEW, ("Alt+Left",), "", "Of the heatmaps", needs=VIDEO),
    ActionSpec("next_plane", "Next plane", VIEW, ("Alt+Z",), "", "Of the heatmaps", needs=VIDEO),
    ActionSpec("fit", "Fit to window", VIEW, ("F",), "fit", needs=VIDEO),
    ActionSpec("actual_size", "Actual size", VIEW, ("Ctrl+1",), "", needs=VIDEO),
    ActionSpec("zoom_in", "Zoom in", VIEW, ("Ctrl++", "Ctrl+="), "", needs=VIDEO),
    ActionSpec("zoom_out", "Zoom out", VIEW, ("Ctrl+-",), "", needs=VIDEO),
    ActionSpec("switch_view", "Next picture", VIEW, ("Ctrl+Tab",), "", "Frame, crop, 3D", needs=VIDEO),
    ActionSpec("space", "3D view", VIEW, ("Z",), "space", "The pose from any direction", needs=VIDEO),
    ActionSpec("from_camera", "3D from the camera", VIEW, ("Alt+1",), "", needs=VIDEO),
    ActionSpec("from_side", "3D from the side", VIEW, ("Alt+2",), "", "From the camera's right", needs=VIDEO),
    ActionSpec("from_above", "3D from above", VIEW, ("Alt+3",), "", needs=VIDEO),
    ActionSpec("unroll", "Unroll somersaults", VIEW, ("U",), "", "Body upright in the crop", True, VIDEO),
    ActionSpec("theme", "Light / dark theme", VIEW, ("Ctrl+Shift+L",), "theme"),
    ActionSpec("full_screen", "Full screen", VIEW, ("F11",), "", is_checkable=True),
    ActionSpec("shortcut_sheet", "Show all keys", HELP, ("?",), "help"),
    ActionSpec("edit_shortcuts", "Edit keys…", HELP, (), ""),
    ActionSpec("about", "About DiveReview", HELP, (), ""),
)

BY_ID = {spec.id: spec for spec in ACTIONS}

TOOLBAR: tuple[tuple[str, ...], ...] = (
    ("open", "analyse", "export"),
    ("undo", "redo"),
    ("previous_dive", "accept", "reject", "next_dive"),
    ("add_dive", "split_dive", "merge_dives", "delete_dive"),
    ("show_path", "show_candidates", "show_crop", "show_pose", "show_heatmap", "space"),
    ("theme", "shortcut_sheet"),
)
"""Actions on the toolbar, in groups with a separator between them."""
