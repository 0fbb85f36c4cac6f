"""Everything of one process, put together once: settings in, parts out. Nothing is looked up later."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import structlog

from cds_service.answering import CdsService, Parts
from cds_service.card import Origin
from cds_service.dialects import load_dialects
from cds_service.drafts import Draft, load_drafts
from cds_service.gathering import Gatherer
from cds_service.outside import clock
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database
from cds_service.outside.ehr import EhrReader
from cds_service.outside.ehr_writer import EhrWriter
from cds_service.outside.ehr_writes import EhrWrites
from cds_service.outside.feedback import FeedbackStore
from cds_service.outside.jwks import ClientKeys
from cds_service.outside.keys import SigningKeys
from cds_service.outside.ledger import Ledger
from cds_service.outside.other_sources import OtherSources
from cds_service.outside.put_off_gaps import PutOffGaps
from cds_service.outside.questionnaires import Questionnaires
from cds_service.outside.recent_calls import RecentCalls
from cds_service.outside.recorded_charts import RecordedCharts
from cds_service.outside.registry import HostEhr, HostEhrs
from cds_service.outside.replay import SeenTokens
from cds_service.outside.rule_store import RuleStore
from cds_service.outside.sandbox_client import SandboxClient
from cds_service.outside.settings import Settings
from cds_service.outside.value_sets import vocabulary_in_use
from cds_service.outside.vault import Vault, open_vault
from cds_service.outside.visits import Visits
from cds_service.prefetched import PrefetchedCharts
from cds_service.profiles import profiles
from cds_service.recording import Recorder
from cds_service.risk import Risk
from cds_service.risk_reading import reads_risk
from cds_service.rule_folders import RuleFolders
from cds_service.rules import CardRule, known_here
from cds_service.rules_in_use import RulesInUse
from cds_service.services import find_services
from cds_service.trust import Trust
from measures.catalog import Catalog, find_measures
from measures.gather import QUERIES, REQUIRED
from measures.orders.catalog import find_order_checks
from measures.terminology import Vocabulary

_log = structlog.get_logger()


@dataclass(frozen=True)
class Wiring:
    """The parts that web code, pages and commands share."""

    settings: Settings
    database: Database
    vault: Vault
    host_ehrs: HostEhrs
    keys: SigningKeys
    audit: AuditLog
    seen_tokens: SeenTokens
    feedback: FeedbackStore
    other_sources: OtherSources
    vocabulary: Vocabulary
    catalog: Catalog
    drafts: Mapping[str, Draft]
    rule_folders: RuleFolders
    rules_in_use: RulesInUse
    rule_store: RuleStore
    recent_calls: RecentCalls
    recorded_charts: RecordedCharts
    sandbox_client: SandboxClient | None  # of a demo only
    reader: EhrReader
    writer: EhrWriter
    writes: EhrWrites
    put_off_gaps: PutOffGaps
    risk: Risk
    questionnaires: Questionnaires
    trust: Trust
    visits: Visits
    services: dict[str, CdsService]

    @property
    def rules(self) -> tuple[CardRule, ...]:
        """Those of the folders now; what a host EHR uses: `rules_in_use.at(name)`."""
        return self.rules_in_use.everywhere

    def today_at(self, host_ehr: str) -> date:
        """The calendar day at a host EHR."""
        return self.host_ehrs.today_at(host_ehr)

    def close(self) -> None:
        """Close connections to the database and to every host EHR."""
        self.reader.close()
        self.writer.close()
        self.database.close()


def wire(settings: Settings, rule_folders: RuleFolders | None = None) -> Wiring:
    """Open and migrate the database, read vocabulary and rules; `rule_folders` are those that this service
    began with, of whom a worker that starts later takes the last good rules.

    Raises FileProblems (all problems of all rules), VocabularyError, BadDatabaseUrl or SettingsError: a
    service that cannot be trusted does not start.
    """
    if rule_folders is None:
        rule_folders = RuleFolders(
            settings.rules_dir, known_here(find_measures(), load_drafts(), find_order_checks())
        )
    rule_folders.look()
    catalog, drafts, checks = rule_folders.known.catalog, rule_folders.known.drafts, rule_folders.known.checks
    profiles()  # a mistake in one is told now
    vocabulary = vocabulary_in_use(settings)
    vault = open_vault(settings)
    database = Database(settings.database_url)
    database.migrate()
    host_ehrs = HostEhrs(database, vault)
    audit, seen_tokens, feedback = AuditLog(database), SeenTokens(database), FeedbackStore(database, vault)
    reader = EhrReader()
    gatherer = Gatherer(reader, QUERIES, REQUIRED, settings.read_deadline_ms)
    origin = Origin(settings.base_url, vocabulary.label, vocabulary.for_reporting)
    visits, risk = Visits(database), Risk(database, vault, audit)
    rule_store = RuleStore(database, audit, host_ehrs.today_at)
    rules_in_use = RulesInUse(rule_folders, rule_store)
    recorded_charts = RecordedCharts(database, vault, settings.record_charts)
    recorder = Recorder(recorded_charts, vault.keys_for("recorded charts")[0])
    if not recorded_charts.keeps:
        recorded_charts.forget()
    parts = Parts(
        gatherer=gatherer,
        catalog=catalog,
        vocabulary=vocabulary,
        rules=rules_in_use.everywhere,
        checks=checks,
        drafts=drafts,
        dialects=load_dialects(),
        visits=visits,
        origin=origin,
        today=HostEhr.today,
        prefetched_charts=PrefetchedCharts(settings.prefetched_charts_mb * 2**20, lambda: clock.monotonic()),
        reads_risk=reads_risk(risk),
        rules_at=rules_in_use.at,
        records=recorder.keep if recorded_charts.keeps else None,
    )
    ledger = Ledger(database, seen_tokens, feedback, audit)
    _spare_the_collector()
    return Wiring(
        settings=settings,
        database=database,
        vault=vault,
        host_ehrs=host_ehrs,
        keys=SigningKeys(database, vault),
        audit=audit,
        seen_tokens=seen_tokens,
        feedback=feedback,
        other_sources=OtherSources(database, vault),
        vocabulary=vocabulary,
        catalog=catalog,
        drafts=drafts,
        rule_folders=rule_folders,
        rules_in_use=rules_in_use,
        rule_store=rule_store,
        recent_calls=RecentCalls(keeps=settings.demo),
        recorded_charts=recorded_charts,
        sandbox_client=SandboxClient(settings.base_url) if settings.demo else None,
        reader=reader,
        writer=EhrWriter(),
        writes=EhrWrites(database, kept_days=settings.write_ledger_days),
        put_off_gaps=PutOffGaps(database),
        risk=risk,
        questionnaires=Questionnaires(database),
        trust=Trust(host_ehrs, ClientKeys(), ledger, clock.now),
        visits=visits,
        services=offered(parts),
    )


def offered(parts: Parts) -> dict[str, CdsService]:
    """Every service there is, by id, answering with these parts."""
    return {name: CdsService(what, parts) for name, what in find_services().items()}


def _spare_the_collector() -> None:
    """Keep the garbage collector from walking what never becomes garbage.

    What was built at start-up lives as long as the process, and a request's tree of some 10,000 objects
    is freed by its reference counts; with the defaults the collector walks both several times a call, a
    third of its time.
    """
    if gc.get_freeze_count() == 0:
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
