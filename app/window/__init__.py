"""The main window: docks, actions, jobs, playback."""
