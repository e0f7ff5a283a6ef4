"""What the portal means by its numbers, and how a person's file reads as of a moment. Pure."""
