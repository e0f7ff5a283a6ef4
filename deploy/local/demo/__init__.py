"""The story of Rola lived over HTTP alone, and the actors who live it. The flow tests use the very same functions."""
