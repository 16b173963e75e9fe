"""The body: sixteen segments with masses, their joints and postures, and where they are for given joint angles."""
