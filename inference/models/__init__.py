"""Networks, one file for each published system; torch is imported by these files only."""
