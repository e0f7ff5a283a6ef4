"""Persons and vacancies for properties; few values each, so that they meet."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from services.matching.domain.facts import French, Profile, Vacancy

TODAY = date(2026, 3, 2)
_OCCUPATIONS = st.sampled_from(["11100", "11102", "11201", "41220", "73310"])
_PLACES = st.sampled_from(["laval", "montreal", "terrebonne"])
_LEVELS = st.none() | st.integers(0, 12)
_FRENCH = st.builds(French, _LEVELS, _LEVELS, _LEVELS, _LEVELS)
_LICENCES = st.sampled_from([(), ("cpa",), ("cpa", "ing")])
_HOURS = st.sampled_from([Decimal(20), Decimal("37.5"), Decimal(40)])
_DAYS = st.sampled_from([TODAY - timedelta(days=30), TODAY, TODAY + timedelta(days=60)])
_AUTHORISATIONS = st.sampled_from(["citizen", "open_permit", "closed_permit", "later"])


def profiles() -> st.SearchStrategy[Profile]:
    return st.builds(
        Profile,
        st.none() | _OCCUPATIONS,
        st.none() | st.integers(0, 12),
        _FRENCH,
        st.none() | _PLACES,
        st.none() | st.lists(_PLACES, max_size=3).map(tuple),
        st.none() | _HOURS,
        st.none() | st.integers(1800, 6000),
        st.none() | _DAYS,
        st.none() | _LICENCES,
        st.none() | _AUTHORISATIONS,
    )


def vacancies(vacancy_id: UUID = UUID(int=1), employer_id: UUID = UUID(int=2)) -> st.SearchStrategy[Vacancy]:
    return st.builds(
        Vacancy,
        st.just(vacancy_id),
        st.just(employer_id),
        _OCCUPATIONS,
        st.integers(1, 3),
        st.integers(1800, 3000),
        st.integers(3000, 5000),
        _HOURS,
        st.none() | _DAYS,
        _PLACES,
        st.booleans(),
        _FRENCH,
        _LICENCES,
        st.none() | st.integers(0, 8),
    )
