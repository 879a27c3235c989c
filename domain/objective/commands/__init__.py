"""The commands on an objective, one module for each concern. They are functions of the aggregate's first
argument and become its methods in `domain.objective.objective`: decisions here, state there, storage in
`events`.
"""
