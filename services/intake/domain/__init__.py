"""The rules of the front door, pure: no clock, no I/O, no settings. One module per concept."""
