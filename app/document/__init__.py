"""The review document: predictions beside human values, edits with inverses, SQLite storage."""
