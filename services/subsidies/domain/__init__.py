"""What a measure is, what it pays, whom it may help, and the life of a request. Pure: no clock, no I/O, no settings."""
