"""Pages of partners, of personal links, of advisors, and the person's own."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
