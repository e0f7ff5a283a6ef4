"""What the portal does about each fact: it adds it to its read models. One module per publisher."""
