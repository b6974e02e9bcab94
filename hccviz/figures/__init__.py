"""Record → plotly figure. Nothing here computes a statistic."""
