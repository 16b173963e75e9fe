"""Networks of confidence maps and part affinity fields: what they say and learn, and whom they answer with."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from inference.models.openpose import OpenPose
from inference.models.openpose_lightweight import OPENPOSE_LIMBS, LightweightOpenPose
from inference.models.part_affinity_model import PartAffinityModel, PeopleTargets, assembly_limbs
from inference.models.pose_model import PoseTargets
from inference.pose.part_affinity import confidence_maps, part_affinity_fields
from inference.pose.skeletons import CANONICAL_17, OPENPOSE_18, Skeleton

THREE = Skeleton("three-3", ("top", "middle", "foot"), (0, 0, 1), ())
POSE = torch.tensor([[-0.5, -0.5], [0.1, 0.0], [0.5, 0.6]])


class Painter(PartAffinityModel):
    """Says what it was told to say: maps and fields of painted people, of one stage."""

    def __init__(self, people, skeleton=THREE, side=64):
        super().__init__(skeleton, (side, side), stride=4)
        places = torch.stack(people)[None]
        counts = ~places.isnan().any(dim=-1)
        places = places.nan_to_num()
        beliefs = confidence_maps(places, counts, self.heatmap_size, self.sigma_px)
        fields = part_affinity_fields(places, counts, self.limbs, self.heatmap_size, self.half_width_px)
        self.said = nn.Parameter(torch.cat([beliefs, 1 - beliefs.amax(dim=1, keepdim=True)], dim=1))
        self.said_fields = nn.Parameter(fields.flatten(1, 2))

    def maps(self, pictures):
        return [(self.said, self.said_fields)]


def tiny(**settings):
    torch.manual_seed(0)
    small = {"input_side": 32, "stages": 2, "width": 2, "branch_width": 6, "poolings": 2, "refinement_kernel": 3}
    return OpenPose(THREE, **{**small, "refinement_convolutions": 2, **settings})


def tiny_lightweight():
    torch.manual_seed(0)
    return LightweightOpenPose(THREE, input_side=32, width=2, branch_width=6, colours="imagenet")


def pictures(count=2, seed=1):
    return torch.randn(count, 3, 32, 32, generator=torch.Generator().manual_seed(seed))


def targets(count=2):
    return PoseTargets(POSE.expand(count, 3, 2), torch.ones(count, 3, dtype=torch.bool))


def beside(targets, others, known=None):
    """Targets with one more person on each crop; not a number where a joint is not labelled."""
    others = others.expand(len(targets.counts), 1, 3, 2)
    return PeopleTargets(targets.coordinates, targets.counts, others, ~others.isnan().any(dim=-1), known)


@pytest.mark.parametrize(("model", "stages", "side"), [(tiny, 2, 8), (tiny_lightweight, 2, 4)])
def test_every_stage_says_maps_and_fields(model, stages, side):
    output = model()(pictures())
    assert [stage.heatmaps.shape for stage in output.stages] == [(2, 3, side, side)] * stages
    assert [stage.background.shape for stage in output.stages] == [(2, side, side)] * stages
    assert [paf.shape for paf in output.pafs] == [(2, 2, 2, side, side)] * stages


@pytest.mark.parametrize("model", [tiny, tiny_lightweight])
def test_all_layers_learn_and_the_loss_falls(model):
    model = model()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(12):
        loss = model.loss(model(pictures()), targets())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert [name for name, weights in model.named_parameters() if weights.grad is None] == []
    assert losses[-1] < 0.7 * losses[0]


def test_each_stage_learns_from_its_own_loss():
    model = tiny()
    output = model(pictures())
    first = replace(output, stages=output.stages[:1], pafs=output.pafs[:1])
    model.loss(first, targets()).backward()
    assert model.joints[0][-1].weight.grad.any()
    assert model.fields[0][-1].weight.grad.any()
    assert all(weights.grad is None for weights in [*model.joints[1].parameters(), *model.fields[1].parameters()])


def test_the_true_maps_cost_nothing_and_an_error_costs_its_square():
    model = Painter([POSE]).train()
    assert model.loss(model(pictures(1)), targets(1)).item() == pytest.approx(0, abs=1e-9)
    with torch.no_grad():
        model.said[0, 1, 3, 3] += 0.5  # a joint's map: one of three
        model.said_fields[0, 2, 5, 6] += 0.4  # a field: one of two
        model.said[0, 3, 2, 2] -= 0.3  # the background
    loss = model.loss(model(pictures(1)), targets(1))
    loss.backward()
    assert loss.item() == pytest.approx(0.25 / 3 + 0.16 / 2 + 0.09 / 3)
    assert model.said.grad[0, 1, 3, 3].item() == pytest.approx(2 * 0.5 / 3)
    assert model.said_fields.grad[0, 2, 5, 6].item() == pytest.approx(2 * 0.4 / 2)


def test_a_joint_that_is_not_labelled_takes_its_limbs_with_it():
    model = Painter([POSE]).train()
    with torch.no_grad():
        model.said[0, 2] += 1
        model.said_fields[0, 2:] += 1
        model.said[0, 3] += 1
    counts = torch.tensor([[True, True, False]])
    assert model.loss(model(pictures(1)), PoseTargets(POSE[None], counts)).item() == pytest.approx(0, abs=1e-9)


def test_two_people_are_taught_at_once():
    other = POSE.flip(0) * 0.8 + torch.tensor([0.0, 0.1])
    model = Painter([POSE, other]).train()
    output = model(pictures(1))
    assert model.loss(output, beside(targets(1), other)).item() == pytest.approx(0, abs=1e-9)
    assert model.loss(output, targets(1)).item() > 0.1


def test_a_joint_of_somebody_else_that_is_not_labelled_may_be_anywhere():
    other = POSE.flip(0) * 0.8
    model = Painter([POSE, other]).train()
    unlabelled = other.clone()
    unlabelled[2] = torch.nan
    assert model.loss(model(pictures(1)), beside(targets(1), unlabelled)).item() == pytest.approx(0, abs=1e-9)


def test_pixels_where_nobody_is_labelled_do_not_count():
    model = Painter([POSE]).train()
    with torch.no_grad():
        model.said[..., 8:] += 0.7
        model.said_fields[..., 8:] -= 0.7
    known = torch.zeros(1, 64, 64)
    known[..., :32] = 1
    nobody = torch.full((1, 3, 2), torch.nan)
    assert model.loss(model(pictures(1)), beside(targets(1), nobody, known)).item() == pytest.approx(0, abs=1e-9)
    assert model.loss(model(pictures(1)), beside(targets(1), nobody)).item() > 1


def test_the_person_in_the_middle_is_the_answer():
    middle, side = POSE * 0.5, POSE * 0.3 + torch.tensor([0.6, 0.0])
    model = Painter([side, middle]).eval()
    output = model(pictures(1))
    torch.testing.assert_close(output.coordinates[0], middle, atol=0.01, rtol=0)
    assert (output.confidences > 0.7).all()
    first, second = model.people(output)[0]
    np.testing.assert_allclose(sorted([first.keypoints[0, 0], second.keypoints[0, 0]]), [-0.25, 0.45], atol=0.01)


def test_the_more_complete_of_two_people_is_the_answer():
    cut = POSE * 0.8
    cut[2] = torch.nan
    whole = POSE.flip(0) * 0.8
    model = Painter([cut, whole]).eval()
    torch.testing.assert_close(model(pictures(1)).coordinates[0], whole, atol=0.02, rtol=0)


def test_a_joint_that_no_limb_ties_is_answered_with_half_its_peak():
    model = Painter([POSE]).eval()
    with torch.no_grad():
        model.said_fields[0, 2:] = 0
        model.said_fields[0, :2] = 0
    output = model(pictures(1))
    assert model.people(output) == [[]]
    torch.testing.assert_close(output.coordinates[0], POSE, atol=0.07, rtol=0)
    assert (output.confidences <= 0.5).all()
    assert (output.confidences > 0.3).all()


def test_a_divers_limbs_are_more_than_a_tree():
    limbs = assembly_limbs(CANONICAL_17)
    assert limbs[:16] == CANONICAL_17.limbs
    named = {(CANONICAL_17.joints[one], CANONICAL_17.joints[other]) for one, other in limbs[16:]}
    assert named == {("neck", "left_hip"), ("neck", "right_hip"), ("head_top", "neck")}
    assert assembly_limbs(THREE) == THREE.limbs


def test_published_weights_of_the_lightweight_network_fit_exactly(published_shapes):
    sizes = published_shapes("lightweight_openpose")
    with torch.device("meta"):
        model = LightweightOpenPose()
    assert {name: tuple(weights.shape) for name, weights in model.state_dict().items()} == sizes
    tensors = {name: torch.empty(size, device="meta") for name, size in sizes.items()}
    model.load_state_dict(model.from_published(tensors), strict=True, assign=True)


def test_the_published_limbs_are_named_joints():
    names = [(OPENPOSE_18.joints[one], OPENPOSE_18.joints[other]) for one, other in OPENPOSE_LIMBS]
    assert names[0] == ("neck", "right_hip")
    assert names[9] == ("right_shoulder", "right_ear")
    assert names[18] == ("left_eye", "left_ear")
    assert len(set(map(frozenset, names))) == 19
    assert {frozenset(limb) for limb in OPENPOSE_18.limbs} == {frozenset(limb) for limb in OPENPOSE_LIMBS}


def test_the_first_layers_are_those_of_vgg_19():
    with torch.device("meta"):
        model = OpenPose(THREE)
        # torchvision's, by hand: convolutions are numbered with their normalisation, ReLU and poolings.
        vgg = {0: (64, 3), 3: (64, 64), 7: (128, 64), 10: (128, 128), 14: (256, 128), 17: (256, 256), 20: (256, 256)}
        vgg |= {23: (256, 256), 27: (512, 256), 30: (512, 512), 33: (512, 512)}
        tensors = {f"features.{place}.weight": torch.empty(*channels, 3, 3) for place, channels in vgg.items()}
        tensors["classifier.6.weight"] = torch.empty(1000, 4096)
    kept = model.from_published(tensors)
    assert set(tensors) - set(kept) == {"features.33.weight", "classifier.6.weight"}
    assert all(model.state_dict()[name].shape == tensor.shape for name, tensor in kept.items())


def test_what_cannot_be_built_is_said():
    with pytest.raises(ValueError, match="crops of 30 x 30 px do not do; sides are to be multiples of 4 px"):
        tiny(input_side=30)
    with pytest.raises(ValueError, match="4 poolings do not do"):
        tiny(poolings=4)


def test_targets_go_to_a_device_whole():
    moved = beside(targets(1), POSE, torch.ones(1, 4, 4)).to("cpu")
    assert moved.others.shape == (1, 1, 3, 2)
    assert moved.known.shape == (1, 4, 4)
    assert beside(targets(1), POSE).to("cpu").known is None
