"""The tables, by room. Importing this package makes all of them known to the metadata (migrations need that)."""

from app.store.tables.assessment import Learner, Result, ReviewItem
from app.store.tables.award import AwardReview, Batch, BatchRow
from app.store.tables.catalogue import Achievement, Assessment, FrameworkDraft, FrameworkVersion
from app.store.tables.certification import Application, CertificationAct
from app.store.tables.credential import Award, Rendition, StatusList, VcApiCredential
from app.store.tables.evidence import (
    AttestationRecord,
    EvidenceItem,
    ExperienceRecord,
    RecognitionRecord,
    RplClaimRecord,
    RplDecisionRecord,
)
from app.store.tables.source import PersonAlias, ResultMapping, XapiStatement
from app.store.tables.tenancy import ApiKey, AuditEntry, IdempotentAnswer, SigningKey, Tenant

__all__ = [
    "Achievement",
    "ApiKey",
    "Application",
    "Assessment",
    "AttestationRecord",
    "AuditEntry",
    "Award",
    "AwardReview",
    "Batch",
    "BatchRow",
    "CertificationAct",
    "EvidenceItem",
    "ExperienceRecord",
    "FrameworkDraft",
    "FrameworkVersion",
    "IdempotentAnswer",
    "Learner",
    "PersonAlias",
    "RecognitionRecord",
    "Rendition",
    "Result",
    "ResultMapping",
    "ReviewItem",
    "RplClaimRecord",
    "RplDecisionRecord",
    "SigningKey",
    "StatusList",
    "Tenant",
    "VcApiCredential",
    "XapiStatement",
]
