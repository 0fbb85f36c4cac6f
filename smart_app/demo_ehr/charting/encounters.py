"""Words for visits, emergency visits, hospital stays and what is still to come."""

from __future__ import annotations

from measures.terminology import ACT_CODE, Code
from smart_app.demo_ehr.charting import clinic
from smart_app.demo_ehr.charting import codes as c
from smart_app.demo_ehr.charting.codes import Diagnosis
from smart_app.demo_ehr.charting.sheet import Resource, Sheet, concept

DISPOSITIONS = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
HOME = Code(DISPOSITIONS, "home", "Home")
HOSPICE = Code(DISPOSITIONS, "hosp", "Hospice")

CLASSES = {
    "AMB": Code(ACT_CODE, "AMB", "ambulatory"),
    "EMER": Code(ACT_CODE, "EMER", "emergency"),
    "IMP": Code(ACT_CODE, "IMP", "inpatient encounter"),
    "HH": Code(ACT_CODE, "HH", "home health"),
    "VR": Code(ACT_CODE, "VR", "virtual"),
}


class Encounters(Sheet):
    """Each word writes one Encounter; facts of its days written after it belong to it."""

    def visit(
        self,
        days_ago: int,
        what: Code = c.CHECK_UP,
        *,
        reason: Diagnosis | None = None,
        with_: str = clinic.PRIMARY_CARE,
        class_: str = "AMB",
        hour: int = 10,
    ) -> Resource:
        """A finished visit of 30 minutes to the clinic (or at home, or by telephone)."""
        start, end = self.at(days_ago, hour), self.at(days_ago, hour, 30)
        return self._encounter(what, class_, start, end, reason=reason, with_=with_)

    def phone_call(self, days_ago: int, *, with_: str = clinic.CARE_MANAGER) -> Resource:
        return self.visit(days_ago, c.PHONE_CALL, with_=with_, class_="VR")

    def ed_visit(self, days_ago: int, reason: Diagnosis, *, hours: int = 5) -> Resource:
        """To the emergency department and home again on the same day."""
        start, end = self.at(days_ago, 9), self.at(days_ago, 9 + hours)
        stay = {"dischargeDisposition": concept(HOME)}
        return self._encounter(
            c.ED_VISIT, "EMER", start, end, reason=reason, where=clinic.HOSPITAL, hospitalization=stay
        )

    def discharge(
        self, days_ago: int, reason: Diagnosis, *, nights: int = 6, to: Code = HOME, psychiatric: bool = False
    ) -> Resource:
        """A hospital stay that ended `days_ago`, after so many nights."""
        start, end = self.at(days_ago + nights, 14), self.at(days_ago, 11)
        stay = {"dischargeDisposition": concept(to)}
        unit = (
            concept(Code("http://terminology.hl7.org/CodeSystem/service-type", "233", "Psychiatry"))
            if psychiatric
            else None
        )
        return self._encounter(
            c.INPATIENT_STAY,
            "IMP",
            start,
            end,
            reason=reason,
            with_=clinic.PSYCHIATRIST if psychiatric else clinic.PRIMARY_CARE,
            where=clinic.HOSPITAL,
            hospitalization=stay,
            serviceType=unit,
        )

    def missed_visit(self, days_ago: int, *, with_: str = clinic.PRIMARY_CARE) -> Resource:
        """Somebody did not come: an Appointment, for there was no encounter."""
        return self._appointment(days_ago, "noshow", with_)

    def booked_visit(self, days_ahead: int, *, with_: str = clinic.PRIMARY_CARE) -> Resource:
        return self._appointment(-days_ahead, "booked", with_)

    def _appointment(self, days_ago: int, status: str, with_: str) -> Resource:
        patient = {"actor": {"reference": f"Patient/{self.id}"}, "status": "accepted"}
        return self.add(
            "Appointment",
            patient=None,
            status=status,
            serviceType=[concept(c.FOLLOW_UP)],
            start=self.at(days_ago, 15),
            end=self.at(days_ago, 15, 30),
            participant=[patient, {"actor": clinic.ref(with_), "status": "accepted"}],
        )

    def _encounter(
        self,
        what: Code,
        class_: str,
        start: str,
        end: str,
        *,
        reason: Diagnosis | None = None,
        with_: str = clinic.PRIMARY_CARE,
        where: str = clinic.CLINIC,
        hospitalization: Resource | None = None,
        serviceType: Resource | None = None,
    ) -> Resource:
        encounter = self.add(
            "Encounter",
            status="finished",
            class_={"system": ACT_CODE, "code": class_, "display": CLASSES[class_].display},
            type=[concept(what)],
            serviceType=serviceType,
            period={"start": start, "end": end},
            reasonCode=[concept(*reason)] if reason else None,
            participant=[{"individual": clinic.ref(with_)}],
            hospitalization=hospitalization,
            serviceProvider=clinic.ref(where),
        )
        self.remember_encounter(encounter)
        return encounter
