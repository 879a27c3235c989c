"""The pages, a module for each part of the console. Importing them puts them on the blueprint."""

from web.console.frame import console as console
from web.console.pages import board as board
from web.console.pages import cycles as cycles
from web.console.pages import doors as doors
from web.console.pages import explained as explained
from web.console.pages import forms as forms
from web.console.pages import home as home
from web.console.pages import imports as imports
from web.console.pages import maps as maps
from web.console.pages import measures as measures
from web.console.pages import objectives as objectives
from web.console.pages import people as people
from web.console.pages import plans as plans
from web.console.pages import policies as policies
from web.console.pages import preferences as preferences
from web.console.pages import reviews as reviews
from web.console.pages import search as search
from web.console.pages import tokens as tokens
from web.console.pages import trail as trail
from web.console.pages import units as units
from web.console.pages import webhooks as webhooks
