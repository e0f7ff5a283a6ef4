"""The portal's SQL: what facts write (``projection``), the programme's numbers, one person's timeline, freshness."""
