"""The order of the steps, and the sentence of each."""

from deploy.local.demo import accompaniment, afterwards, lasting, story, subsidy
from deploy.local.demo.elias import ELIAS
from deploy.local.demo.julio import JULIO as _JULIO
from deploy.local.demo.story import Step

__all__ = ["ELIAS", "JULIO", "LATER", "STEPS"]

TO_THE_CHOICE = (
    Step("Le salon reçoit son code QR", "The fair gets its QR code", story.the_fair_gets_its_link),
    Step("Rola se recommande elle-même, avec son accord", "Rola refers herself, with her agreement",
         story.she_refers_herself),
    Step("Sa conseillère lit ce qui est rempli, et ce qu'on ne sait pas encore",
         "Her advisor reads what is met, and what nobody knows yet", story.her_advisor_reads_her_eligibility),
    Step("Elle complète les faits et l'admet", "She completes the facts and admits her",
         story.her_advisor_completes_and_admits),
    Step("Elles conviennent d'un plan d'action", "They agree on an action plan", accompaniment.they_agree_on_a_plan),
    Step("Sa conseillère l'accompagne", "Her advisor coaches her", accompaniment.she_is_coached),
    Step("Elle suit un atelier", "She attends a workshop", accompaniment.she_attends_a_workshop),
    Step("Quatre entreprises cherchent quelqu'un", "Four companies look for somebody", story.companies_ask_for_people),
    Step("Le jumelage en propose trois, de lui-même", "Matching proposes three, by itself",
         story.matching_proposes_three_companies),
    Step("Rola dit oui aux trois", "Rola says yes to the three", story.she_says_yes_to_all),
    Step("Les trois entreprises disent oui", "The three companies say yes", story.the_companies_say_yes),
    Step("Elles se rencontrent", "They meet", story.they_meet),
    Step("Avant d'offrir : ce que les subventions paieraient", "Before an offer: what subsidies would pay",
         subsidy.a_company_asks_what_an_offer_would_bring),
    Step("Deux font une offre", "Two make an offer", story.two_make_an_offer),
    Step("Elle choisit", "She chooses", story.she_chooses),
)  # fmt: skip
TO_THE_PLAN = (
    Step("Les autres se ferment d'elles-mêmes", "The others close by themselves", story.the_others_close_by_themselves),
    Step("La subvention est calculée", "The subsidy is computed", subsidy.subsidies_are_assessed),
    Step("Les pièces sont là", "The papers are there", subsidy.the_papers_are_registered),
    Step("L'employeur confirme, la demande part", "The employer confirms, the request goes out",
         subsidy.the_employer_confirms),
    Step("Le ministère décide, de lui-même", "The ministry decides, by itself",
         subsidy.the_ministry_decides_by_itself),
    Step("Le suivi s'organise des deux côtés", "Follow-up is planned on both sides", afterwards.follow_up_is_planned),
    Step("Les chiffres du programme ont bougé", "The programme's numbers have moved", afterwards.the_numbers_move),
)  # fmt: skip
CLEAN_UP = (
    Step("Les postes restants sont fermés", "The vacancies left are closed", afterwards.the_vacancies_left_are_closed),
)
STEPS = (*TO_THE_CHOICE, *TO_THE_PLAN, *CLEAN_UP)
LATER = (
    Step("Le temps passe, jusqu'au premier contact", "Time passes, to the first contact",
         afterwards.time_passes_to_the_first_contact),
    Step("Les deux côtés sont appelés", "Both sides are called", lasting.both_sides_are_called),
    Step("Son premier jour arrive", "Her first day comes", afterwards.her_first_day_comes),
    Step("Deux semaines après : les deux côtés divergent", "Two weeks in, the two sides disagree",
         lasting.after_two_weeks_they_disagree),
    Step("Un soutien est ouvert", "Support is opened", lasting.help_is_opened),
    Step("Une réclamation s'assemble d'elle-même", "A claim assembles itself", subsidy.a_claim_assembles_itself),
    Step("Elle est envoyée et payée", "It is sent and paid", subsidy.the_claim_is_paid),
    Step("Le soutien a aidé", "The support has helped", lasting.help_has_helped),
    Step("Elle avance", "She advances", lasting.she_advances),
)  # fmt: skip
JULIO = (*_JULIO, Step("Son premier jour arrive", "His first day comes", afterwards.her_first_day_comes))
