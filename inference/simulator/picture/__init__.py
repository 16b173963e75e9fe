"""What a camera sees of a venue and the people in it, frame by frame."""
