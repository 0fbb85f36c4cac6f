"""Risk of a behavioral-health crisis in the next 30, 60 and 90 days: features, models, scores and their reasons."""
