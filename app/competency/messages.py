"""Every sentence that explains a rule or an outcome, in one table; translated in app/locale/rules.

Each entry is a whole sentence or list line with named places; none is glued from fragments, and numbers stand where no
plural form depends on them. What a catalogue lacks is said in English. The keys are the reason codes and step codes of
nodes.py, with a variant after a dot, and in lower case the lines of a rule in words.
"""

from app.texts import translations

ENGLISH: dict[str, str] = {
    # --- the headline
    "met": "{title} ({award}): the rule is met as of {as_of}, with evidence up to {met_on}.",
    "pending": "{title} ({award}): the rule is not met yet as of {as_of}, but will be when what is named here is done.",
    "not_met": "{title} ({award}): the rule is not met as of {as_of}.",
    "expired": "{title} ({award}): the rule is no longer met as of {as_of}, because evidence has grown too old.",
    "blocked": "{title} ({award}): the rule cannot be decided as of {as_of} before a person has looked at it.",
    # --- competencies
    "MET.competency": "{competency} is shown at {have_level}; {need_level} is needed.",
    "NO_EVIDENCE": "{competency}: there is no evidence that counts today; {need_level} is needed.",
    "RESULT_PROVISIONAL.competency": "{competency}: {need_level} is reached once the provisional result is final.",
    "NEEDS_SIGN_OFF": "{competency}: {need_level} is reached once the practical result is signed off.",
    "RPL_NEEDS_SIGNATURE": "{competency}: {need_level} is reached once the claim of prior learning is signed by {need} "
    "assessors; {have} signed so far.",
    "EVIDENCE_EXPIRED": "{competency}: {need_level} was shown, but that evidence counted through {valid_through} only.",
    "NEEDS_PRACTICE": "{competency}: {need_level} needs practical work; what is there does not include any.",
    "NEEDS_KNOWLEDGE": "{competency}: {need_level} needs a knowledge test besides the practical work.",
    "LEVEL_TOO_LOW": "{competency} is at {have_level_id} of {need_level_id} ({have}/{of}, needs {need}): "
    "{need_level} is needed; nearest is section {section} of {assessment}.",
    "LEVEL_TOO_LOW.no_level": "{competency} is at no level of {need_level_id} ({have}/{of}, needs {need}): "
    "{need_level} is needed; nearest is section {section} of {assessment}.",
    "LEVEL_TOO_LOW.results": "{competency}: {need_level} is needed; {have} of at least {need} results reach {each} of "
    "{of} points in section {section} of {assessment}.",
    "LEVEL_TOO_LOW.other": "{competency}: {need_level} is needed; the assessments taken so far cannot show it.",
    "EVIDENCE_SHORT": "{competency}: pieces of evidence needed for {need_level}: {need}; so far: {have}.",
    "ASSESSORS_SHORT": "{competency}: different assessors needed for {need_level}: {need}; so far: {have}.",
    # --- assessments as a whole
    "MET.assessment": "{assessment} is passed as a whole ({have}/{of}, needs {need}).",
    "MET.sections": "{assessment} is passed in the sections that are needed.",
    "RESULT_PROVISIONAL.assessment": "{assessment} is passed once the provisional results are final.",
    "ASSESSMENT_MISSING": "{assessment} has not been taken.",
    "EXAM_MISSING": "The examination {assessment} has not been taken.",
    "ASSESSMENT_TOO_OLD": "{assessment} was passed, but that counted through {valid_through} only.",
    "EXAM_TOO_OLD": "The examination {assessment} was passed, but that counted through {valid_through} only.",
    "SECTION_BELOW_MIN": "Section {section} of {assessment} is below what it must reach ({have}/{of}, needs {need}).",
    "SECTIONS_SHORT": "{assessment}: sections passed: {have} of {of}; needed: {need}; below are {below}.",
    "TOTAL_BELOW_MIN": "{assessment} is not passed as a whole ({have}/{of}, needs {need}).",
    # --- credentials, credits, practice, attestations
    "MET.credential": "The credential {award} is held.",
    "MET_BY_EQUIVALENCE": "The credential {award} is met by an equivalent one.",
    "CREDENTIAL_MISSING": "The credential {award} is missing.",
    "CREDENTIAL_NOT_YET_ISSUED": "The credential {award} is issued on {issued_on} only.",
    "CREDENTIAL_EXPIRED": "The credential {award} was valid through {valid_through}.",
    "CREDENTIAL_SUSPENDED": "The credential {award} is suspended.",
    "CREDENTIAL_REVOKED": "The credential {award} was revoked.",
    "MET.credits": "{label}: credits ({system}): {have}; needed: {need}.",
    "CREDITS_SHORT": "{label}: there are {have} of {need} credits ({system}).",
    "MET.experience": "{label}: months of practice: {have}; needed: {need}.",
    "EXPERIENCE_SHORT": "{label}: there are {have} of {need} months of practice.",
    "EXPERIENCE_UNVERIFIED": "{label}: {have} of {need} months of practice are verified; with those that wait for "
    "verification it would be enough.",
    "MET.attestation": "{label}: done.",
    "ATTESTATION_MISSING": "{label}: signatures: {have} of {need}.",
    # --- groups
    "N_OF_M_SHORT": "{label}: {have} of {of} met; needed: {need}.",
    "MET.group": "{label}: met.",
    "COMPETENCIES_OPEN": "{label}: {have} of {need} competencies are shown.",
    "COMPETENCIES_PENDING": "{label}: {have} of {need} competencies are shown, the others wait for somebody to act.",
    "ELECTIVES_SHORT": "{label}: elective competencies shown: {have}; needed: {need}.",
    "RPL_SHARE_EXCEEDED": "{label}: {have} of {of} competencies are shown by prior learning alone; at most {most} may "
    "be. A person has to look at it.",
    # --- next steps
    "TAKE_ASSESSMENT": "Next step: take section {section} of {assessment}.",
    "RETAKE": "Next step: take section {section} of {assessment} again, as attempt {attempt} of {attempts}.",
    "RETAKE.from": "Next step: take section {section} of {assessment} again, as attempt {attempt} of {attempts}, from "
    "{not_before} on.",
    "RETAKE.unlimited": "Next step: take section {section} of {assessment} again.",
    "RETAKE.unlimited.from": "Next step: take section {section} of {assessment} again, from {not_before} on.",
    "ASK_SIGN_OFF": "Next step: an assessor signs off section {section} of {assessment}.",
    "WAIT_FOR_FINAL": "Next step: the provider makes the result of section {section} of {assessment} final.",
    "WAIT_FOR_FINAL.whole": "Next step: the provider makes the results of {assessment} final.",
    "ASK_RPL_SIGNATURE": "Next step: another assessor decides on the claim of prior learning {claim}.",
    "EARN_CREDENTIAL": "Next step: earn {award}.",
    "EARN_CREDITS": "Next step: earn more credits: {credits}.",
    "ASK_VERIFICATION": "Next step: the practice is verified.",
    "SIGN_ATTESTATION": "Next step: the attestation {type} is signed.",
    "NO_ATTEMPTS_LEFT": "No attempts are left in section {section} of {assessment}; ask the provider what is possible.",
    "NO_ASSESSMENT": "No assessment of the framework can show this; ask the provider what is possible.",
    # --- results that do not count
    "LEFT_OUT.ATTEMPT_OVER_LIMIT": "Result {result} does not count: it is an attempt more than is allowed.",
    "LEFT_OUT.ATTEMPT_TOO_SOON": "Result {result} does not count: it came too soon after the attempt before.",
    "LEFT_OUT.REPEATED_ATTEMPT": "Result {result} does not count: another result has the same attempt number.",
    "LEFT_OUT.SCALE_MISMATCH": "Result {result} does not count: its maximum is not the one of the section.",
    "LEFT_OUT.UNKNOWN_SECTION": "Result {result} does not count: the assessment does not have its section.",
    # --- names with their codes
    "named": "{name} ({id})",
    # --- what a badge says
    "description.hours": "{title}: {hours} hours of learning. The learner can: {outcomes}.",
    "decided": "Decided by the rule of {code}, version {version} ({hash}), in the framework {framework} "
    "({framework_id}), version {framework_version} ({framework_hash}).",
    "rule_of_award": "Rule of award",
    # --- a rule in words: the tree
    "rule": "{title} ({award}) is awarded when this rule is met (rule version {version}).",
    "rule.all": "{label}: all of these are needed.",
    "rule.any": "{label}: one of these is enough.",
    "rule.at_least": "{label}: at least {n} of these are needed.",
    "rule.competencies": "{label}: each of these competencies is shown at least at the level named.",
    "rule.profile": "{label}: each of these competencies is shown at least at the level named, and of the electives "
    "at least {n}.",
    "rule.competency": "{competency} at {level} or higher.",
    "rule.elective": "Elective: {competency} at {level} or higher.",
    "rule.max_age": "Here evidence counts for {period} from the day of the assessment.",
    "rule.rpl_max_share": "At most {share} of the competencies may be shown by recognition of prior learning.",
    "rule.assessment": "{label}: {assessment}.",
    "rule.total_min": "At least {share} of all points together ({need} of {of}).",
    "rule.section_min.all": "At least {share} of the points in every section.",
    "rule.section_min.n": "At least {share} of the points in at least {n} of {of} sections.",
    "rule.section_min.mandatory": "At least {share} of the points in {sections}.",
    "rule.within": "The assessment counts for {period} from its day.",
    "rule.credential": "{label}: the credential {award}.",
    "rule.credential.equivalent": "{label}: the credential {award}, or one that is agreed to be equivalent.",
    "rule.credential.valid": "The credential is valid on the day of the decision.",
    "rule.credits": "{label}: at least {min} credits ({system}).",
    "rule.credits.from": "At least {min} credits ({system}) from {awards}.",
    "rule.credits.rpl": "At most {share} of the credits may come from recognition of prior learning.",
    "rule.experience": "{label}: {months} months of practice.",
    "rule.experience.verified": "{label}: {months} months of verified practice.",
    "rule.since": "Counted since the last decision.",
    "rule.attestation": "{label}: {type}; signatures needed: {signatures}.",
    # --- a rule in words: levels, assessments, age
    "levels": "What shows a level:",
    "level.clause": "{level}: evidence of these kinds: {kinds}; at least {n}, at {at_least} or higher.",
    "level.clause.signed": "{level}: evidence of these kinds: {kinds}; at least {n}, at {at_least} or higher and "
    "signed off.",
    "level.assessors": "{level}: number of different assessors of that evidence: at least {n}.",
    "kind.knowledge": "knowledge test",
    "kind.practice": "practical assessment",
    "kind.exam": "examination",
    "kind.rpl": "recognised prior learning",
    "kind.recognised": "recognised credential",
    "signed_off_by.learner": "Signed off means: signed by somebody other than the learner.",
    "signed_off_by.assessor": "Signed off means: signed by somebody other than the learner and the assessor.",
    "assessments": "How the assessments count (scores are compared exactly, without rounding):",
    "assessment.sections": "{assessment}, {kind}, with the sections {sections}.",
    "assessment.step": "{level} from {need} of {of} points in a section.",
    "assessment.step.share": "{level} from {share} of the points of a section.",
    "attempts.max": "Attempts: at most {n}.",
    "attempts.days": "Days between attempts: at least {n}.",
    "attempts.best": "The best attempt counts: for a competency that of its section, for the whole one attempt "
    "together.",
    "attempts.best_per_section": "The best result of each section counts.",
    "attempts.best_per_section.carry_over": "The best result of each section counts, of attempts within {period}.",
    "attempts.latest": "The latest attempt counts: for a competency that of its section, for the whole one attempt "
    "together.",
    "attempts.first": "The first attempt counts: for a competency that of its section, for the whole one attempt "
    "together.",
    "attempts.all": "Every attempt counts, in the order of the days.",
    "aggregation.latest": "The latest result is taken.",
    "aggregation.highest": "The highest result is taken.",
    "aggregation.average": "The mean of the results is taken.",
    "aggregation.weighted_average": "The mean of the results is taken, weighted {weights} from the oldest on.",
    "aggregation.decaying_average": "The latest result weighs {share}, the mean of those before the rest.",
    "aggregation.n_times": "The mean of the results of at least {share} counts, when there are at least {n} of them.",
    "aggregation.n_times.points": "The mean of the results of at least {share} points counts, when there are at least "
    "{n} of them.",
    "aggregation.min_results": "At least {n} results are needed.",
    "needs_sign_off": "Results count for competencies when they are signed off.",
    "age": "Evidence counts for {period} from the day of the assessment.",
    "age.competencies": "Evidence of {competencies} counts for {period} from the day of the assessment.",
    "statuses": "Only results with the status {statuses} count.",
    "period.month": "{n} month",
    "period.months": "{n} months",
    "period.day": "{n} day",
    "period.days": "{n} days",
    "period.both": "{months} and {days}",
    # --- the European elements of a micro-credential (Council Recommendation of 16 June 2022, Annex I)
    "elements": "About this micro-credential:",
    "outcomes": "Learning outcomes:",
    "outcome": "{text} ({competency}, {level}).",
    "workload": "Notional workload: {hours} hours.",
    "credits": "Credits: {points} {system}.",
    "credits.status": "Credits: {points} {system} ({status}).",
    "eqf": "Level: EQF {level} ({status}).",
    "assessment_types": "Type of assessment: {types}.",
    "participation": "Form of participation: {mode}.",
    "supervision": "Supervision and identity check during assessment: {supervision}.",
    "quality_assurance": "Quality assurance: {type}.",
    "prerequisites": "Prerequisites: {text}.",
    "stackability": "Integration: {stackability}.",
    "stackability.into": "Integration: {stackability}; counts towards {awards}.",
    "learning_setting": "Learning setting: {setting}.",
    "field": "Field of study (ISCED-F): {fields}.",
    "further_information": "Further information: {text}",
    "validity.none": "Validity: without end.",
    "validity": "Validity: {period} from the award.",
    "validity.renewal": "Validity: {period} from the award; renewal: {renewal}.",
    # --- words that a framework document has, in the sentences above
    "word.final": "final",
    "word.provisional": "provisional",
    "word.indicative": "indicative",
    "word.referenced": "referenced",
    "word.stackable": "stackable",
    "word.stand-alone": "stand-alone",
}


def said(key: str, language: str) -> str:
    """Return the sentence of this key with its places open, in `language` where there is one, else in English."""
    return translations(language).gettext(ENGLISH[key])


def message(key: str, language: str, **places: str) -> str:
    """Return the sentence of this key with its places filled, in `language` where there is one, else in English."""
    sentence = said(key, language).format(**places)
    ends_twice = sentence.endswith("..") and not sentence.endswith("...")
    return sentence[:-1] if ends_twice else sentence  # Bulgarian dates end with a full stop
