"""The demo: a simulated clip of three dives, analysed, exported and laid out on a contact sheet; and the gallery."""
