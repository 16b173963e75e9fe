"""The demo: a drawn clip of three dives, analysed, exported and laid out on a contact sheet."""
