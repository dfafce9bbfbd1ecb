"""FastAPI with python-jose. The key set is fetched once."""

import json
import os
from functools import lru_cache
from urllib.request import urlopen

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt

ISSUER = os.environ["ISSUER"]
AUDIENCE = os.environ["AUDIENCE"]

app = FastAPI()
bearer = HTTPBearer()


@lru_cache(maxsize=1)
def key_set():
    return json.loads(urlopen(ISSUER + ".well-known/jwks.json").read())


async def checked(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    try:
        return jwt.decode(credentials.credentials, key_set(), algorithms=["RS256"], audience=AUDIENCE, issuer=ISSUER)
    except JWTError as error:
        raise HTTPException(status_code=401, detail=str(error)) from error


@app.get("/api/messages/public")
async def public():
    return {"text": "This is a public message."}


@app.get("/api/messages/protected")
async def protected(claims: dict = Depends(checked)):
    return {"text": "This is a protected message."}
