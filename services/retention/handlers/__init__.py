"""One function per thing that can happen: load, decide, save, publish. One module per concept.

Each runs in its caller's transaction; every fact about a person is handled under the lock of her case."""
