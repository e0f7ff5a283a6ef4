"""The limit of P1: a bare FastAPI application with one sync route that reads the same JSON and answers as much."""

import os

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(openapi_url=None)


class Person(BaseModel):
    given_name: str
    family_name: str
    email: str


class Referral(BaseModel):
    channel: str
    person: Person
    agreement: dict[str, str]
    facts: dict[str, object]


class Kept(BaseModel):
    referral_id: str
    candidate_id: str
    file_number: str
    state: str


@app.post("/v1/referrals", status_code=201)
def refer(referral: Referral) -> Kept:
    return Kept(referral_id="x" * 36, candidate_id="x" * 36, file_number="2026-0001", state=referral.channel)


@app.get("/ready")
def ready() -> dict[str, str]:
    return {"status": "ready"}


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["BARE_API_PORT"]), http="httptools", access_log=False, log_config=None)
