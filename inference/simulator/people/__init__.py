"""Who is there and what they do: people with a build and looks, on a board or beside the pool."""
