"""What people write about each other's work. `{goal}` is the title of an objective."""

SELF = {
    "good": (
        "I am proud of “{goal}”: the figures moved early and stayed where they are.",
        "“{goal}” went better than I dared to promise. The new routine carried it.",
        "What I set out to do in “{goal}” is done, and two colleagues can go on without me.",
    ),
    "fair": (
        "“{goal}” got about as far as it could with the people we had.",
        "Half of “{goal}” worked at once, the other half took three attempts.",
        "I would begin “{goal}” with the customers next time, not with the system.",
    ),
    "poor": (
        "“{goal}” did not get where it should. I asked for help too late.",
        "I underestimated “{goal}”, and other work came first more often than it should have.",
        "The peak season swallowed “{goal}”. I should have said so in the second month.",
    ),
}
ALSO = (
    "I learned more about the data than I wanted to.",
    "The neighbouring team was a great help.",
    "I would like to go on with it in the next half-year.",
    "What I still need is time without call-outs.",
    "The course in spring paid off.",
)
ASSESSMENT = {
    5: (
        "Well beyond what we agreed, and others profit from it.",
        "An outstanding half-year; the result will outlast it.",
    ),
    4: ("More than we agreed, and without any noise.", "Strong results, carried into two other teams."),
    3: (
        "What we agreed was delivered, reliably.",
        "A solid half-year: the goals were met where it mattered most.",
    ),
    2: (
        "Part of it was delivered; the rest was reported late.",
        "Good will, but the figures did not follow. We agreed on closer steps.",
    ),
    1: ("Little of what we agreed was begun. We need to talk about the role.",),
}
CALIBRATION = {
    "consistency": (
        "Compared with the others in the department, one step off.",
        "The same results were rated differently next door.",
    ),
    "evidence": ("The readings say more than the text does.", "The figures do not carry this rating."),
    "scope": ("The goal was smaller than those of the peers.", "Took over half of a colleague's work."),
    "policy": ("The scale asks for results beyond the own team here.",),
}
AS_IT_WAS = "Looked at beside the peers: it stays."
SEEN = (
    "Fair, thank you.",
    "I see it the same way.",
    "Thank you for the clear words.",
    "I would have put the second point more kindly, but yes.",
)
SEEN_OTHERWISE = (
    "I have read it. I see the part about the handover differently.",
    "Noted. The outage in the second month is not mentioned.",
)
GROUNDS = (
    "The meter outage took two months of readings, and it is counted as if nothing had been done.",
    "The target was raised in the third month; the assessment compares with the old plan.",
    "The work for the neighbouring department is not in the picture at all.",
)
DECISION = {
    "upheld": (
        "The outage had been allowed for already.",
        "The panel read everything again and stays with it.",
    ),
    "amended": (
        "The panel follows the point about the readings.",
        "The work for others counts, and was left out.",
    ),
}
WITHDRAWN = ("Opened for the wrong reviewer", "Long absence: no review this half-year")
FEEDBACK = {
    "praise": (
        "The handover on Monday was the best one so far.",
        "You can tell the difference at the counter. Thank you!",
        "The short weekly note is worth gold.",
        "Thanks for jumping in when our shift was short.",
    ),
    "concern": (
        "The figures have not been refreshed for three weeks.",
        "Two customers waited for an answer that each of us thought the other would give.",
        "I doubt that the target can be reached with one crew less.",
        "We hear about changes only after they have happened.",
    ),
    "suggestion": (
        "Could we try this with one district first?",
        "Ask the field crews before the form is final.",
        "A picture of the valve would save a second visit.",
        "Put the oldest cases on the wall; it worked for us.",
    ),
}
TAKEN_BACK = "Meant for another objective"
