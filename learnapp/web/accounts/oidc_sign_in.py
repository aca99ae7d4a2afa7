"""OpenID Connect Core 1.0: authorization code with PKCE, state and nonce; claims are checked by authlib,
signatures by joserfc."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from learnapp.domain.accounts.outside import IdentityKind, Proven, shown
from learnapp.web.accounts.oidc_provider import OidcProvider, SentAlong
from learnapp.web.accounts.provider_http import NotProven, fetch_json, is_private, waiting

# How a provider may sign: with a key of its own alone, never with the client's secret or not at all.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_LEEWAY_S = 60  # the clocks of two machines differ


def ask(provider: OidcProvider, now: datetime) -> tuple[str, SentAlong]:
    """The provider's address for a sign-in, with what is sent along. Raises ProviderAway."""
    asked = SentAlong(*(secrets.token_urlsafe(32) for _ in range(3)))
    address = prepare_grant_uri(
        provider.metadata(now)["authorization_endpoint"],
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=provider.back_url,
        scope=provider.scope,
        state=asked.state,
        nonce=asked.nonce,
        code_challenge=create_s256_code_challenge(asked.verifier),
        code_challenge_method="S256",
    )
    return str(address), asked


def proven(provider: OidcProvider, code: str, asked: SentAlong, now: datetime) -> Proven:
    """Who came back with the code. Raises ProviderAway, NotProven."""
    reply = _token(provider, code, asked.verifier, now)
    token = reply.get("id_token")
    if not isinstance(token, str):
        raise NotProven(f"no ID token: {str(reply.get('error'))[:60]}")
    try:
        decoded = _decoded(provider, token, now)
        claims = _claims(provider, decoded, asked.nonce, reply.get("access_token"))
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotProven(f"ID token: {type(error).__name__}") from error
    said = dict(claims)
    if provider.login_claim not in said:
        said |= _user_info(provider, said["sub"], str(reply.get("access_token")), now)
    login, named = said.get(provider.login_claim), said.get("name")
    if not isinstance(login, str) or not login:
        raise NotProven(f"no claim {provider.login_claim}")
    return Proven(
        IdentityKind.OIDC,
        str(said["iss"]),
        str(said["sub"]),
        login,
        shown(login, named if isinstance(named, str) else ""),
        said.get("acr") in provider.strong_acr,
    )


def _token(provider: OidcProvider, code: str, verifier: str, now: datetime) -> dict[str, Any]:
    body = prepare_token_request(
        "authorization_code", code=code, redirect_uri=provider.back_url, code_verifier=verifier
    )
    method = "client_secret_basic" if provider.client_secret else "none"
    auth = ClientAuth(provider.client_id, provider.client_secret, method)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    endpoint = provider.metadata(now)["token_endpoint"]
    url, headers, form = auth.prepare("POST", endpoint, kind, body)
    with waiting():
        return fetch_json(url, form, headers, provider.ca_file)


def _user_info(provider: OidcProvider, subject: str, access: str, now: datetime) -> dict[str, Any]:
    """What the provider says of the person beside the ID token; nothing where it says nothing."""
    address = provider.metadata(now).get("userinfo_endpoint")
    if not is_private(address):
        return {}
    with waiting():
        bearer = {"Authorization": f"Bearer {access}"}
        found = fetch_json(str(address), None, bearer, provider.ca_file)
    if found.get("sub") != subject:
        raise NotProven("the provider speaks of somebody else")
    return {key: found[key] for key in (provider.login_claim, "name") if key in found}


def _claims(provider: OidcProvider, token: jwt.Token, nonce: str, access_token: Any) -> CodeIDToken:
    return CodeIDToken(
        token.claims,
        token.header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
        },
        params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
    )


def _decoded(provider: OidcProvider, token: str, now: datetime) -> jwt.Token:
    """The token, its signature checked; the keys are read again once where it is signed by another."""
    for again in (False, True):
        keys: Any = provider.keys(now, again)
        try:
            return jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            if again:
                raise
    raise NotProven("no key")
