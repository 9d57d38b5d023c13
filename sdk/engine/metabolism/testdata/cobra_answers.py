"""Answers flux balance problems with COBRApy and GLPK.

Reads from standard input a list of networks, each {"file": name, "problems":
[{"medium": {exchange: uptake} or null, "bounds": {reaction: [lower, upper]},
"knockouts": [gene]}], "adjust": [gene], "grow": rate}, and prints for each the
list of its answers, each {"status": word, "objective": number or null}; what
libSBML finds wrong with the file when it is SBML; the least total uptake with
which the cell grows at the rate; and for each gene to adjust to the distance that
linear MOMA finds, from the flux distribution "from", or null.
"""

import json
import logging
import math
import os
import sys
import warnings

import cobra
import libsbml
import pandas
from cobra.flux_analysis import add_moma
from cobra.medium import minimal_medium

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


def faults(name):
    document = libsbml.readSBMLFromFile(name)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_MODELING_PRACTICE, False)
    document.checkConsistency()
    found = [document.getError(i) for i in range(document.getNumErrors())]
    return [e.getMessage() for e in found if e.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]


def answer(model, problem):
    with model:
        if problem["medium"] is not None:
            model.medium = problem["medium"]
        for reaction, bounds in problem["bounds"].items():
            model.reactions.get_by_id(reaction).bounds = bounds
        for gene in problem["knockouts"]:
            model.genes.get_by_id(gene).knock_out()
        objective = model.slim_optimize()
        status = model.solver.status
        return {"status": status, "objective": None if math.isnan(objective) else objective}


def distances(model, genes, reference):
    """Returns for each gene the least sum of changes of flux without it.

    It comes last: to take MOMA's variables out of the model again, and to put
    them in for each gene, takes COBRApy more time than all else.
    """
    found = []
    if genes:
        solution = cobra.Solution(0, "optimal", pandas.Series(reference))
        add_moma(model, solution=solution, linear=True)
    for gene in genes:
        with model:
            model.genes.get_by_id(gene).knock_out()
            least = model.slim_optimize()
            found.append(None if math.isnan(least) else least)
    return found


def uptake(model, growth):
    medium = minimal_medium(model, growth, minimize_components=False)
    return None if medium is None else float(medium[medium > 0].sum())


def read(name):
    if name.endswith(".json"):
        return cobra.io.load_json_model(name)
    return cobra.io.read_sbml_model(name)


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # GLPK prints what it does
    out = []
    for network in json.load(sys.stdin):
        name = network["file"]
        model = read(name)
        model.solver = "glpk"
        model.tolerance = 1e-9
        out.append({
            "answers": [answer(model, p) for p in network["problems"]],
            "faults": [] if name.endswith(".json") or not network["check"] else faults(name),
            "uptake": uptake(model, network["grow"]),
            "distances": distances(model, network["adjust"] or [], network["from"]),
        })
    json.dump(out, answers)
    answers.close()


main()
