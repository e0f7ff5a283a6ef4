"""Pages of employers, liaisons, ministries, retention advisors and managers."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
