"""Training the networks on data sets."""
