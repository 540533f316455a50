"""What a badge means, in words: kinds, whom it is about, who shows it, and the labels of the European elements.

The keys are those of app.verifier.meaning; the texts are translated where they are shown.
"""

from app.texts import N_

# Kind -> (label, what it is). Attendance must not look like a certificate.
KINDS: dict[str, tuple[str, str]] = {
    "micro_credential": (
        N_("Micro-credential"),
        N_("Proof of what somebody learned in a short course, and was assessed on."),
    ),
    "role_certificate": (
        N_("Role certificate"),
        N_("A certification body decided that somebody is fit for a role."),
    ),
    "licence": (N_("Licence"), N_("Permission to do something, given to one person.")),
    "certificate": (N_("Certificate"), N_("It confirms what its issuer says below.")),
    "completion": (N_("Course completed"), N_("It confirms that somebody completed a course or programme.")),
    "attendance": (N_("Attendance only"), N_("Somebody was there. It does not say that anything was assessed.")),
    "participation": (
        N_("Participation only"),
        N_("Somebody took part. It does not say that anything was assessed."),
    ),
    "assessment": (N_("Assessment passed"), N_("It confirms that somebody passed an assessment.")),
    "competency": (N_("One competency"), N_("It confirms that somebody has one competency.")),
    "membership": (N_("Membership"), N_("It confirms that somebody is a member.")),
    "degree": (N_("Degree or diploma"), N_("It confirms a degree or diploma.")),
    "achievement": (N_("Achievement"), N_("Its issuer does not say of which kind it is.")),
    "endorsement": (N_("Endorsement"), N_("Somebody vouches for somebody or something else.")),
    "learner_record": (N_("Learner's record"), N_("It holds several credentials of one learner.")),
    "verification_receipt": (N_("Receipt of a verification"), N_("It tells what another check found. It is no badge.")),
    "status_list": (N_("Status list"), N_("It tells which credentials were revoked. It is no badge.")),
    "other": (N_("Another credential"), N_("It says nothing about an achievement.")),
}

# `identified_by` of meaning.holder -> whom it is about; the first that is there says most.
SUBJECTS: dict[str, str] = {
    "did": N_("The owner of a key, who can prove it."),
    "key": N_("The owner of a key, who can prove it."),
    "hashed_email": N_("The owner of an e-mail address. It is hidden, but can be compared with one that you know."),
    "email": N_("The owner of an e-mail address that it names."),
    "name": N_("A person whom it names."),
    "nothing": N_("It does not say whom it is about."),
    "random_id": N_("It names a random number only. That says nothing about a person: ask for more."),
    "url": N_("The owner of an address on the web."),
}
OTHER_SUBJECT = N_("Somebody whom only its issuer can tell, by the identifier that it names.")

# `binding` of meaning.holder
BINDINGS: dict[str, str] = {
    "proved": N_("Who presented it proved to be the person that it is about."),
    "differs": N_("Attention: it was presented by somebody else than the person that it is about."),
    "not_comparable": N_("Somebody presented it, but it cannot be compared with whom it is about."),
    "not_proved": N_("Nothing shows who presented it."),
    "not_presented": N_("Whoever has the file can show it. Make sure that it is about the person before you."),
}

EUROPEAN: dict[str, str] = {
    "workload": N_("Workload"),
    "level": N_("Level"),
    "assessment_types": N_("Kinds of assessment"),
    "participation": N_("Form of participation"),
    "quality_assurance": N_("Quality assured by"),
    "supervision": N_("Supervision and identity check"),
}
LEVEL_STATUS: dict[str | None, str] = {
    "indicative": N_("European Qualifications Framework, level %(level)s (indicative only)"),
    "referenced": N_("European Qualifications Framework, level %(level)s (officially referenced)"),
    None: N_("European Qualifications Framework, level %(level)s (its issuer's own word)"),
}
