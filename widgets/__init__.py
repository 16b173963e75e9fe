"""Qt views: plain data in, signals out."""
