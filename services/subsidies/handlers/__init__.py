"""One function per thing that can happen: load, decide, save, publish."""
