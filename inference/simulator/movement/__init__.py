"""How people move: dives from the board to the water, and everything else that is done at a pool."""
