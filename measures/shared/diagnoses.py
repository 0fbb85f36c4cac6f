"""What an encounter was for: the diagnoses it refers to."""


def diagnosed_with(patient, *disorders, principal=False):
    """Asks of an encounter whether a diagnosis of it (the principal one: rank 1) is one of the disorders."""
    conditions = patient.conditions(*disorders)
    held = {condition.id for condition in conditions.sure}

    def test(encounter):
        named = {_named(d) for d in encounter.source.get("diagnosis") or () if not principal or _is_first(d)}
        if named & held:
            return True
        return None if named and conditions.unread else False

    return test


def _named(diagnosis):
    return (diagnosis.get("condition") or {}).get("reference", "").rpartition("/")[2]


def _is_first(diagnosis):
    return diagnosis.get("rank") == 1
