"""The made-up organisation: what its units are called, what they work on and who works in them."""

from typing import NamedTuple

ORGANISATION = "Larkfield Water"
MAIL_DOMAIN = "larkfield.example"


class TeamOutline(NamedTuple):
    name: str
    focus: tuple[str, ...]  # what the team looks after; goes into the titles of its objectives


class DepartmentOutline(NamedTuple):
    name: str
    head: str
    roles: tuple[str, ...]
    teams: tuple[TeamOutline, ...]


class DivisionOutline(NamedTuple):
    name: str
    head: str
    departments: tuple[DepartmentOutline, ...]


def _team(name: str, *focus: str) -> TeamOutline:
    return TeamOutline(name, focus)


def _department(name: str, head: str, roles: str, *teams: TeamOutline) -> DepartmentOutline:
    return DepartmentOutline(name, head, tuple(roles.split(", ")), teams)


DIVISIONS = (
    DivisionOutline(
        "Networks and Plants",
        "Director of Networks and Plants",
        (
            _department(
                "Water Treatment",
                "Head of Water Treatment",
                "Process engineer, Plant operator, Shift lead",
                _team("Northern Plants", "the filter lines", "chlorine dosing", "the night shift handover"),
                _team("Southern Plants", "the membrane trains", "sludge handling", "the intake screens"),
                _team("Laboratory", "sampling rounds", "turbidity tests", "the quality register"),
            ),
            _department(
                "Distribution Network",
                "Head of Distribution",
                "Network engineer, Field technician, Crew lead",
                _team("Leak Detection", "acoustic surveys", "night flow analysis", "repair tickets"),
                _team("Pressure Management", "pressure zones", "valve inspections", "pump schedules"),
                _team("Field Crews East", "mains replacement", "job preparation", "road closures"),
                _team("Field Crews West", "service connections", "crew vehicles", "emergency call-outs"),
            ),
            _department(
                "Asset Management",
                "Head of Asset Management",
                "Asset analyst, Reliability engineer, Surveyor",
                _team("Condition Monitoring", "vibration sensors", "the risk register", "inspection routes"),
                _team("Maintenance Planning", "the spare parts store", "work orders", "planned outages"),
                _team(
                    "Capital Projects", "the reservoir programme", "contractor reviews", "project close-outs"
                ),
            ),
            _department(
                "Health and Safety",
                "Head of Health and Safety",
                "Safety adviser, Trainer",
                _team("Site Safety", "confined space entries", "near-miss reports", "site walks"),
                _team("Emergency Response", "the drill calendar", "the on-call roster", "flood plans"),
            ),
        ),
    ),
    DivisionOutline(
        "Customers and Markets",
        "Director of Customers and Markets",
        (
            _department(
                "Customer Service",
                "Head of Customer Service",
                "Service agent, Team coach, Case manager",
                _team("Contact Centre", "first calls", "the call-back queue", "the knowledge base"),
                _team("Complaints", "written complaints", "repeat contacts", "goodwill payments"),
                _team("Vulnerable Customers", "the priority register", "home visits", "large-print letters"),
            ),
            _department(
                "Billing and Collections",
                "Head of Billing",
                "Billing analyst, Collections adviser",
                _team("Billing", "estimated bills", "tariff changes", "paperless bills"),
                _team("Collections", "payment plans", "aged debt", "direct debits"),
                _team("Metering", "smart meters", "meter readings", "meter exchanges"),
            ),
            _department(
                "Business Customers",
                "Head of Business Customers",
                "Account manager, Sales engineer",
                _team("Key Accounts", "yearly account reviews", "leak allowances", "contract renewals"),
                _team("New Connections", "developer enquiries", "connection quotes", "site handovers"),
                _team("Water Efficiency", "site audits", "efficiency offers", "the reuse pilot"),
            ),
            _department(
                "Marketing and Communications",
                "Head of Communications",
                "Editor, Campaign manager, Designer",
                _team("Campaigns", "the save-water campaign", "school visits", "the summer alerts"),
                _team("Digital Channels", "the website", "the mobile app", "outage messages"),
            ),
        ),
    ),
    DivisionOutline(
        "Technology",
        "Director of Technology",
        (
            _department(
                "Software Engineering",
                "Head of Software",
                "Software engineer, Tester, Product owner",
                _team("Customer Platform", "the self-service portal", "sign-in", "the payments page"),
                _team("Field Systems", "the crew app", "map data", "offline sync"),
                _team("Integration", "the billing interface", "message queues", "the partner API"),
                _team("Quality Engineering", "regression tests", "test data", "release notes"),
            ),
            _department(
                "Data and Analytics",
                "Head of Data",
                "Data engineer, Data scientist, Analyst",
                _team("Data Platform", "the sensor pipeline", "data catalogue entries", "nightly loads"),
                _team("Demand Forecasting", "the demand model", "weather feeds", "forecast reviews"),
                _team("Reporting", "regulatory returns", "the board dashboard", "self-service reports"),
            ),
            _department(
                "Infrastructure and Security",
                "Head of Infrastructure",
                "Systems engineer, Security analyst",
                _team("Cloud Operations", "backups", "capacity reports", "deployment pipelines"),
                _team("Control Systems", "the telemetry network", "remote stations", "firmware updates"),
                _team("Information Security", "access reviews", "phishing drills", "patch windows"),
            ),
        ),
    ),
    DivisionOutline(
        "Corporate Services",
        "Director of Corporate Services",
        (
            _department(
                "Finance",
                "Head of Finance",
                "Accountant, Controller, Payroll specialist",
                _team("Accounting", "the month-end close", "supplier invoices", "reconciliations"),
                _team(
                    "Planning and Control", "the rolling forecast", "cost centre reviews", "the budget book"
                ),
                _team("Procurement", "framework contracts", "purchase requests", "supplier scorecards"),
            ),
            _department(
                "People",
                "Head of People",
                "People partner, Recruiter, Learning designer",
                _team("Recruiting", "engineer vacancies", "interview training", "the apprentice scheme"),
                _team("Learning", "the induction week", "line manager training", "the skills matrix"),
                _team("People Operations", "contract changes", "the leave calendar", "the staff survey"),
            ),
            _department(
                "Legal and Regulation",
                "Head of Legal",
                "Counsel, Regulation analyst",
                _team("Regulation", "the price review", "licence conditions", "consultation answers"),
                _team("Legal", "contract templates", "land access", "data protection requests"),
            ),
        ),
    ),
)

SILOS = frozenset(
    {"Water Treatment", "Finance", "Legal and Regulation"}
)  # departments that align with themselves only
