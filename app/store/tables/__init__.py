"""The tables, by room. Importing this package makes all of them known to the metadata (migrations need that)."""

from app.store.tables.assessment import Learner, Result, ReviewItem
from app.store.tables.award import AwardReview, Batch, BatchRow
from app.store.tables.backpack import ForeignBadge, LearnerSession, Share, ShareItem, SignInLink
from app.store.tables.brief import BriefText
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
from app.store.tables.oauth import LearnerProfile, OAuthClient, OAuthGrant, OAuthToken
from app.store.tables.oid4vci import WalletNonce, WalletToken
from app.store.tables.picture import AchievementPicture
from app.store.tables.push import Push, PushItem
from app.store.tables.registry import IssuerRegistry
from app.store.tables.source import PersonAlias, ResultMapping, XapiStatement
from app.store.tables.tenancy import ApiKey, AuditEntry, IdempotentAnswer, SigningKey, Tenant
from app.store.tables.wallet import Mail, Offer, OfferLink

__all__ = [
    "Achievement",
    "AchievementPicture",
    "ApiKey",
    "Application",
    "Assessment",
    "AttestationRecord",
    "AuditEntry",
    "Award",
    "AwardReview",
    "Batch",
    "BatchRow",
    "BriefText",
    "CertificationAct",
    "EvidenceItem",
    "ExperienceRecord",
    "ForeignBadge",
    "FrameworkDraft",
    "FrameworkVersion",
    "IdempotentAnswer",
    "IssuerRegistry",
    "Learner",
    "LearnerProfile",
    "LearnerSession",
    "Mail",
    "OAuthClient",
    "OAuthGrant",
    "OAuthToken",
    "Offer",
    "OfferLink",
    "PersonAlias",
    "Push",
    "PushItem",
    "RecognitionRecord",
    "Rendition",
    "Result",
    "ResultMapping",
    "ReviewItem",
    "RplClaimRecord",
    "RplDecisionRecord",
    "Share",
    "ShareItem",
    "SignInLink",
    "SigningKey",
    "StatusList",
    "Tenant",
    "VcApiCredential",
    "WalletNonce",
    "WalletToken",
    "XapiStatement",
]
