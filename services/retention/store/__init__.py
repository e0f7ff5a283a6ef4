"""The SQL of retention: one function per question, rows as typed dataclasses. One module per concept."""
