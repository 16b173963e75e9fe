"""Networks over the playing video: what is looked at is computed first, off the window's thread, and kept."""
