"""Many sets of thresholds of many rules, counted over the past in one process or in several."""
