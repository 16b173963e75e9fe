"""Files the program ships: icons, style sheets, the degree-of-difficulty table."""
