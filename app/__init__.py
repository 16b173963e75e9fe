"""The application: review document, edits, exports, window, command line."""
