"""Regression: Cox and logistic models, every factor alone and together."""

from hccviz.ui import regression_controls, regression_model_controls, regression_parts, shell

here = shell.here()
shell.heading("Regression", here)
shell.ask("attrition", here)
outcome = regression_controls.outcome(here)
if not here.view.present:
    factors = regression_controls.factors(here)
    regression_model_controls.model(here, factors, outcome)
regression_parts.draw(regression_controls.looks(here), here)
