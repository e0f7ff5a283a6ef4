"""What operators see of a running process: gauges, traces, and a log that a broker's absence does not flood."""
