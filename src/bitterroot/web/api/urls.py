"""Addresses that other programs call: wallets, and programs that a learner lets read badges."""

from django.urls import path

from bitterroot.web.api import exchanges, metadata, oauth, openbadges, wallet

app_name = "api"
urlpatterns = [
    path(
        ".well-known/openid-credential-issuer",
        metadata.credential_issuer,
        name="credential_issuer",
    ),
    path(
        ".well-known/oauth-authorization-server",
        metadata.authorization_server,
        name="authorization_server",
    ),
    path("wallet/offers/<str:secret>", wallet.offer, name="offer"),
    path("wallet/nonce", wallet.nonce, name="nonce"),
    path("wallet/credential", wallet.credential, name="credential"),
    path("exchanges/<str:secret>", exchanges.exchange, name="exchange"),
    path("oauth/register", oauth.register, name="register"),
    path("oauth/token", oauth.token, name="token"),
    path("oauth/revoke", oauth.revoke, name="revoke"),
    path("ims/ob/v3p0/discovery", openbadges.discovery, name="discovery"),
    path("ims/ob/v3p0/credentials", openbadges.credentials, name="credentials"),
    path("ims/ob/v3p0/profile", openbadges.profile, name="profile"),
]
