"""Flask with python-jose. The key set is fetched for each request, as the usual
tutorial does it."""

import json
import os
from functools import wraps
from urllib.request import urlopen

from flask import Flask, jsonify, request
from jose import JWTError, jwt

ISSUER = os.environ["ISSUER"]
AUDIENCE = os.environ["AUDIENCE"]

app = Flask(__name__)


def key_of(token):
    """The published key that the token's header names, or None."""
    keys = json.loads(urlopen(ISSUER + ".well-known/jwks.json").read())["keys"]
    kid = jwt.get_unverified_header(token).get("kid")
    return next((key for key in keys if key["kid"] == kid), None)


def checked(handler):
    @wraps(handler)
    def check(*args, **kwargs):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return jsonify(message="a bearer token is needed"), 401
        try:
            jwt.decode(token, key_of(token), algorithms=["RS256"], audience=AUDIENCE, issuer=ISSUER)
        except JWTError as error:
            return jsonify(message=str(error)), 401
        return handler(*args, **kwargs)

    return check


@app.route("/api/messages/public")
def public():
    return jsonify(text="This is a public message.")


@app.route("/api/messages/protected")
@checked
def protected():
    return jsonify(text="This is a protected message.")
