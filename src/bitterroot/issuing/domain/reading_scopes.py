"""What a reader can ask for: the scopes of Open Badges 3.0 that are given here, in a learner's words."""

_BASE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ_BADGES = f"{_BASE}credential.readonly"
READ_PROFILE = f"{_BASE}profile.readonly"
SCOPES = {
    READ_BADGES: "Read your badges",
    READ_PROFILE: "Read your name and your main e-mail address",
}
