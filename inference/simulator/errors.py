"""The one family of errors of the simulator."""


class SimulationError(Exception):
    """What was asked for cannot be simulated; the message is a sentence for a person."""
