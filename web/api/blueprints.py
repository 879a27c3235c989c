"""The API whole: its blueprints, in the order in which the document has them."""

from web.api.alignment_health import alignment_health
from web.api.alignments import alignment
from web.api.audit import audit
from web.api.batch import commands
from web.api.board_pack import board_pack
from web.api.cascade import cascading
from web.api.changes import changes
from web.api.cycles import cycles
from web.api.events import events
from web.api.feedback import feedback
from web.api.finding import finding
from web.api.histories import histories
from web.api.imports import imports
from web.api.me import me
from web.api.measures import measures
from web.api.measuring import measuring
from web.api.objectives import objectives
from web.api.people import people
from web.api.plans import plans
from web.api.policies import policies
from web.api.reminders import reminders
from web.api.review_questions import questions
from web.api.reviews import reviews
from web.api.steps import steps
from web.api.tokens import tokens
from web.api.units import units
from web.api.webhooks import webhooks

BASE = "/api/v1"
DIRECTORY = (units, people, cycles, policies)
OBJECTIVES = (objectives, cascading, steps, measuring, alignment, alignment_health, feedback, histories)
BLUEPRINTS = (
    *DIRECTORY, *OBJECTIVES, reviews, questions, measures, plans, board_pack, commands, imports, audit,
    changes, events, tokens, webhooks, me, reminders, finding,
)  # fmt: skip
