#!/usr/bin/env bash
# Recommander une personne, puis lire ce qu'elle devient · refer a person, then read what became of her.
# PARTNER_KEY=ik_… INTAKE_URL=http://… ./quickstart.sh
set -euo pipefail
post() { curl -sS --fail-with-body "$INTAKE_URL/v1/events" -H "Authorization: Bearer $PARTNER_KEY" \
  -H "Content-Type: application/cloudevents+json" -d "$1"; echo; }
post '{"specversion": "1.0", "type": "interconnexion.partner.person_referred", "source": "/essai", "id": "1",
  "data": {"person_ref": "essai-1", "person": {"given_name": "Ada", "family_name": "Essai", "email": "ada@example.org"},
    "agreement": {"given_on": "2025-01-15", "notice_version": "2026-01", "statement": "partner_statement"}}}'
post '{"specversion": "1.0", "type": "interconnexion.partner.referral_completed", "source": "/essai", "id": "2",
  "data": {"person_ref": "essai-1", "facts": {"municipality": "laval"}}}'
curl -sS --fail-with-body "$INTAKE_URL/v1/updates?after=0" -H "Authorization: Bearer $PARTNER_KEY"
