"""How near predicted keypoints are to the true ones, in the ways that the field has agreed on."""
