"""What the chart page shows, as values: view models over a PatientRecord and measure results.

Nothing here knows the web: functions take a record and a day and return frozen dataclasses that a template
draws. Words for dates, numbers and states are chosen here, once, so that every panel says them alike.
"""
