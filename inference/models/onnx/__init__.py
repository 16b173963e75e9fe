"""Published pose models in ONNX files: which kind a file is, what it is to be shown, and what its answer means."""
