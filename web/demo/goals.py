"""What objectives are about: titles, and how each is measured. `{focus}` is what the owner looks after.

A measure is (title, kind, unit of measure, baseline, target); the baseline and the target are the middle of
what is drawn for one objective.
"""

from typing import NamedTuple


class Measure(NamedTuple):
    title: str
    kind: str
    unit: str
    baseline: int
    target: int


class Goal(NamedTuple):
    title: str
    why: str
    measures: tuple[Measure, ...]


def _goal(title: str, why: str, *measures: tuple[str, str, str, int, int]) -> Goal:
    return Goal(title, why, tuple(Measure(*measure) for measure in measures))


STRATEGIC = (
    _goal(
        "Safe water at every tap",
        "Nothing we do matters if the water is not safe.",
        ("Samples within all limits", "increase", "%", 97, 100),
        ("Boil-water notices", "decrease", "notices", 6, 1),
    ),
    _goal(
        "A network that loses less",
        "One litre in five never reaches a customer.",
        ("Water lost from the network", "decrease", "% of supply", 21, 16),
        ("Mains renewed", "increase", "km", 40, 90),
    ),
    _goal(
        "Customers who would recommend us",
        "The regulator publishes satisfaction; customers feel it daily.",
        ("Customers who would recommend us", "increase", "%", 54, 66),
        ("Written complaints per 10,000 customers", "decrease", "complaints", 48, 30),
    ),
    _goal(
        "Everyone goes home unhurt",
        "Two crew members were seriously hurt the year before last.",
        ("Lost-time injuries", "decrease", "injuries", 14, 5),
        ("Safety walks held", "increase", "walks", 120, 300),
    ),
    _goal(
        "Half the carbon of today's operation",
        "Pumping is a third of the region's public electricity use.",
        ("Electricity per megalitre", "decrease", "kWh", 620, 540),
        ("Own solar output", "increase", "MWh", 900, 2400),
    ),
    _goal(
        "Decisions made on data people trust",
        "The same figure must not have three values in one meeting.",
        ("Board figures with a named owner", "increase", "%", 35, 90),
        ("Data faults open", "decrease", "faults", 160, 60),
    ),
    _goal(
        "A place where good people stay",
        "Every leaver takes about nine months of experience along.",
        ("Voluntary leavers a year", "decrease", "%", 13, 9),
        ("Staff who feel heard", "increase", "%", 58, 70),
    ),
    _goal(
        "Affordable bills, sound finances",
        "The price review leaves no room for a second try.",
        ("Operating cost per customer", "decrease", "EUR", 142, 129),
        ("Customers on the right tariff", "increase", "%", 71, 88),
    ),
)

DEPARTMENT = (
    _goal(
        "Work on {focus} is planned, not chased",
        "Too much of the week goes into urgent work.",
        ("Work done as planned", "increase", "%", 62, 85),
        ("Jobs overdue", "decrease", "jobs", 90, 35),
    ),
    _goal(
        "One way of working across the department",
        "Four teams, four habits: handovers suffer.",
        ("Procedures agreed and in use", "milestone", "procedures", 0, 12),
        ("Handover faults", "decrease", "faults", 24, 8),
    ),
    _goal(
        "Spend where it counts",
        "The budget is flat and the network is not getting younger.",
        ("Spend outside the plan", "decrease", "kEUR", 420, 150),
        ("Forecast accuracy", "maintain_at_least", "%", 0, 92),
    ),
    _goal(
        "Depth of skill in every team",
        "Several tasks rest on one person each.",
        ("Tasks that rest on one person", "decrease", "tasks", 31, 12),
        ("People cross-trained", "increase", "people", 8, 30),
    ),
    _goal(
        "The customer notices the difference in {focus}",
        "What we improve inside should be felt outside.",
        ("Customers content after contact", "increase", "%", 68, 80),
        ("Repeat contacts", "decrease", "% of contacts", 22, 14),
    ),
    _goal(
        "No surprises from {focus}",
        "The audit found risks that nobody had written down.",
        ("Risks with a tested response", "increase", "%", 30, 85),
        ("Open audit findings", "decrease", "findings", 19, 5),
    ),
)

TEAM = (
    _goal(
        "Halve the waiting time in {focus}",
        "People wait longer for us than the work takes.",
        ("Median waiting time", "decrease", "days", 12, 6),
        ("Requests older than a month", "decrease", "requests", 45, 10),
    ),
    _goal(
        "Get {focus} right first time",
        "Rework costs us a day a week.",
        ("Right first time", "increase", "%", 78, 93),
        ("Rework hours a month", "decrease", "hours", 85, 40),
    ),
    _goal(
        "Nobody depends on one person for {focus}",
        "Holidays should not be an incident.",
        ("People able to take over", "increase", "people", 1, 4),
        ("Guides written and tried", "milestone", "guides", 0, 6),
    ),
    _goal(
        "Make the state of {focus} visible to everyone",
        "Other teams ask us what they could see themselves.",
        ("Status questions a week", "decrease", "questions", 36, 12),
        ("Figures refreshed daily", "increase", "figures", 3, 14),
    ),
    _goal(
        "Bring the cost of {focus} down without cutting corners",
        "Costs rose faster than volume.",
        ("Cost per case", "decrease", "EUR", 64, 52),
        ("Quality checks passed", "maintain_at_least", "%", 0, 97),
    ),
    _goal(
        "Automate the dull half of {focus}",
        "Copying figures is nobody's calling.",
        ("Steps done by hand", "decrease", "steps", 40, 15),
        ("Cases handled without a touch", "increase", "%", 12, 50),
    ),
    _goal(
        "Keep {focus} running through the peak season",
        "Last summer we were lucky.",
        ("Availability", "maintain_at_least", "%", 0, 99),
        ("Incidents in the peak", "decrease", "incidents", 11, 4),
    ),
    _goal(
        "Learn what customers need from {focus}",
        "We assume more than we ask.",
        ("Interviews held", "increase", "interviews", 0, 25),
        ("Improvements put into use", "milestone", "improvements", 0, 5),
    ),
)

INDIVIDUAL = (
    _goal(
        "Own {focus} from end to end",
        "One name, one phone number.",
        ("Cases closed without escalation", "increase", "%", 70, 90),
    ),
    _goal(
        "Clear the backlog in {focus}",
        "The oldest case turned one in spring.",
        ("Open cases", "decrease", "cases", 60, 15),
    ),
    _goal(
        "Write the guide for {focus} and try it on a newcomer",
        "If it works for a newcomer, it works.",
        ("Chapters finished", "milestone", "chapters", 0, 8),
    ),
    _goal(
        "Train two colleagues in {focus}",
        "Sharing it makes it last.",
        ("Colleagues who work on it alone", "increase", "colleagues", 0, 2),
    ),
    _goal(
        "Measure {focus} properly for once",
        "We argue about feelings because there is no figure.",
        ("Weeks with complete figures", "increase", "weeks", 0, 20),
        ("Hours spent per case", "observe", "hours", 0, 0),
    ),
    _goal(
        "Take ten percent out of the effort for {focus}",
        "Small savings, every day.",
        ("Hours a month", "decrease", "hours", 110, 98),
    ),
    _goal(
        "Get certified for {focus}",
        "The insurer asks for it from next year.",
        ("Modules passed", "milestone", "modules", 0, 5),
    ),
    _goal(
        "Fewer faults in {focus}",
        "Each fault finds its way to a customer.",
        ("Faults a month", "decrease", "faults", 18, 7),
    ),
    _goal(
        "Try a better tool for {focus} and say honestly whether it helps",
        "The vendor promises a lot.",
        ("Trial runs finished", "increase", "runs", 0, 10),
        ("Users content with it", "increase", "%", 40, 70),
    ),
)

BY_LEVEL = {"strategic": STRATEGIC, "department": DEPARTMENT, "team": TEAM, "individual": INDIVIDUAL}
