"""The SQL of intake: one function per question, rows as typed dataclasses. One module per concept."""
