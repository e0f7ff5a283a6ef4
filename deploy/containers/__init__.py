"""The same system in containers: the image, what runs once before the processes, and the commands of the Makefile."""
