"""The embedded default: real Apache Kafka, real PostgreSQL and every process of the system, without Docker."""
