"""People whose keypoints are labelled in the files of public data sets."""
