"""Videos with their truth: what is to be made, drawn in several processes, and written as a data set."""
