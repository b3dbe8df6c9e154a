"""Files that come in and go out of this room."""
