"""Well-known pose models that anybody may fetch: where from, under which licence, and how to tell that it is the one.

Addresses are those of the authors where they publish a file that can be used as it is, otherwise those of the
conversion to ONNX that is used most; `by` says which. A hash is that of several independent projects which pin the
file, or of the publisher's own record; where none is known it is None, and the first download's is noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_RTMPOSE: Final = "https://download.openmmlab.com/mmpose/v1/projects/rtmposev1/onnx_sdk/"
_RTMO: Final = "https://download.openmmlab.com/mmpose/v1/projects/rtmo/onnx_sdk/"
_HUGGING_FACE: Final = "https://huggingface.co/"
_CLOUDSTOR: Final = "https://cloudstor.aarnet.edu.au/plus/s/"

APACHE: Final = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class PublicModel:
    """One model that can be fetched.

    Args:
        name: by which it is asked for.
        title: what it is, in words.
        url: of the file, or of an archive with it.
        licence: of the weights, by its SPDX name.
        by: who publishes this very file.
        suffix: of the file.
        member: how the file in the archive is called, for a ZIP archive.
        sha256: of what the address gives, 64 hexadecimal digits; None if not known.
        member_sha256: of the file in the archive; None if not known.
        notice: what else to know before using it.
    """

    name: str
    title: str
    url: str
    licence: str
    by: str
    suffix: str = ".onnx"
    member: str | None = None
    sha256: str | None = None
    member_sha256: str | None = None
    notice: str | None = None


def _rtmpose(name: str, title: str, file: str, sha256: str | None, member_sha256: str | None) -> PublicModel:
    return PublicModel(
        name,
        title,
        f"{_RTMPOSE}{file}.zip",
        APACHE,
        "OpenMMLab, the authors",
        member="end2end.onnx",
        sha256=sha256,
        member_sha256=member_sha256,
    )


_MODELS: Final = (
    _rtmpose(
        "rtmpose-t",
        "RTMPose tiny, 17 keypoints, 256 x 192",
        "rtmpose-t_simcc-body7_pt-body7_420e-256x192-026a1439_20230504",
        "937003a70832d9cc34ea16927f504792f3133e92dda1b9c626236bbbe9e805cb",
        "a6c2f6a3896a4d51131d14d7a80a3d08b50f559af5a58a45d5b098aef510a70f",
    ),
    _rtmpose(
        "rtmpose-s",
        "RTMPose small, 17 keypoints, 256 x 192",
        "rtmpose-s_simcc-body7_pt-body7_420e-256x192-acd4a1ef_20230504",
        "7673922e531014906ca4f0f239b7e233b740146a10b632deaa2a28d45470d802",
        "9aeb635b83f86aea45cf45d85798f7eba1a162de8e0d721c44e54fe5eebaf47d",
    ),
    _rtmpose(
        "rtmpose-m",
        "RTMPose medium, 17 keypoints, 256 x 192",
        "rtmpose-m_simcc-body7_pt-body7_420e-256x192-e48f03d0_20230504",
        "f7fbb6c5c11a1bb70f3d445e4ddec5d144ea89ad5649c081ef976f9b24a0b741",
        "5c0a4bf67953e6d2ac43ce15e77dc9d5d354ae18430a47d2c5963a7bc5683e3c",
    ),
    _rtmpose(
        "rtmpose-l",
        "RTMPose large, 17 keypoints, 384 x 288",
        "rtmpose-l_simcc-body7_pt-body7_420e-384x288-3f5a1437_20230504",
        None,
        None,
    ),
    _rtmpose(
        "rtmpose-m-feet",
        "RTMPose medium, 26 keypoints with neck and feet, 256 x 192",
        "rtmpose-m_simcc-body7_pt-body7-halpe26_700e-256x192-4d3e73dd_20230605",
        "55b81170e236040b59fc792ad0a8315301ac4c079a3bdb1095d838aad3088d18",
        "26f3a19e61304a600dfb82d1001d41d24343b89fc70a33ffc84657e0b0bf2ecf",
    ),
    PublicModel(
        "rtmo-s",
        "RTMO small, several people, 17 keypoints, 640 x 640",
        f"{_RTMO}rtmo-s_8xb32-600e_body7-640x640-dac2bf74_20231211.zip",
        APACHE,
        "OpenMMLab, the authors",
        member="end2end.onnx",
    ),
    PublicModel(
        "vitpose-b",
        "ViTPose base, 17 keypoints, 256 x 192",
        f"{_HUGGING_FACE}JunkyByte/easy_ViTPose/resolve/main/onnx/coco/vitpose-b-coco.onnx",
        APACHE,
        "easy_ViTPose, a conversion of the authors' weights",
        sha256="26e215fd6e27305824f13db0a0d0b597c3c4adf030dd66cbadf2228256f4af25",
    ),
    PublicModel(
        "movenet-lightning",
        "MoveNet Lightning, 17 keypoints, 192 x 192",
        f"{_HUGGING_FACE}Xenova/movenet-singlepose-lightning/resolve/main/onnx/model.onnx",
        APACHE,
        "Xenova, a conversion of Google's weights",
        sha256="1ad4f8d6c2f776a9967db3993c9ca740bc350104f9d37c151dc183fc29a464ad",
    ),
    PublicModel(
        "movenet-thunder",
        "MoveNet Thunder, 17 keypoints, 256 x 256",
        f"{_HUGGING_FACE}Xenova/movenet-singlepose-thunder/resolve/main/onnx/model.onnx",
        APACHE,
        "Xenova, a conversion of Google's weights",
        sha256="3dca9f6e5f8a64dc9935a5be06fd8bf81bf01e696c9c05c6f2a650e0a401b763",
    ),
    PublicModel(
        "blazepose",
        "BlazePose, COCO's 17 of its 33 keypoints, 256 x 256",
        f"{_HUGGING_FACE}opencv/pose_estimation_mediapipe/resolve/main/pose_estimation_mediapipe_2023mar.onnx",
        APACHE,
        "OpenCV Zoo, a conversion of Google's weights",
        sha256="9d89c599319a18fb7d2e28451a883476164543182bafca5f09eb2cf767ed2f3f",
    ),
    PublicModel(
        "margipose-mpi3d",
        "MargiPose trained on MPI-INF-3DHP and MPII, 17 keypoints in 3D, 256 x 256",
        f"{_CLOUDSTOR}fg5CCss8o9PdURs/download",
        APACHE,
        "the authors",
        suffix=".pth",
        notice="The host that the authors name was to close at the end of 2023; it may be gone.",
    ),
    PublicModel(
        "margipose-h36m",
        "MargiPose trained on Human3.6M and MPII, 17 keypoints in 3D, 256 x 256",
        f"{_CLOUDSTOR}RisOjU8YwqUXFI7/download",
        APACHE,
        "the authors",
        suffix=".pth",
        notice="The host that the authors name was to close at the end of 2023; it may be gone.",
    ),
)

PUBLIC_MODELS: Final = {model.name: model for model in _MODELS}
"""By name."""
