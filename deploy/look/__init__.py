"""Looks at every page as a person's browser shows it: each role, French and English, light and dark, phone to desk."""
