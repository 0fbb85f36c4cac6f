"""Risk of a crisis in the next 30, 60 and 90 days: features, models, scores and their reasons."""
