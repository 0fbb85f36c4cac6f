"""Screening tests that count for years: what came of them, and why an old one no longer counts."""

NO_RESULT = "no laboratory result recorded"
NO_IMAGING = "not recorded as imaging"


def resulted(patient, *tests):
    """Laboratory tests with a result."""
    return patient.observations(*tests).in_category("laboratory").with_value()


def imaged(patient, *studies):
    """Imaging studies."""
    return patient.observations(*studies).in_category("imaging")


def ever_observed(*tests):
    """The latest there is, counting or not."""
    return lambda patient, _period: patient.observations(*tests).latest()


def ever_performed(*procedures):
    return lambda patient, _period: patient.procedures(*procedures).latest()


def not_within(window, otherwise=""):
    """Why the nearest test is not enough: its day lies outside the window, or else `otherwise`."""

    def why_not(event, _patient, period):
        counted, day = window(period), event.concluded.day
        if day is None:
            return ""
        if day < counted.start:
            return f"before {counted.start.isoformat()}"
        return f"after {counted.end.isoformat()}" if day > counted.end else otherwise

    return why_not


def reaching_back(years):
    """The window of the period and so many years before it."""
    return lambda period: period.reaching_back(years=years)
