"""Made-up footage whose truth is known: an articulated figure that dives from a springboard or a platform."""
