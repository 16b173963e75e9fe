"""The `divereview-dataset` format: its records, its writer and its reader (docs/divereview-dataset.md)."""
