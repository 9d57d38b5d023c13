# What package ratio compares with: COBRApy with GLPK. It reads a request in JSON
# from each line, and writes to a line how many seconds of processor time that
# took, and the answer as one number. Models are read once, unless it is reading
# that is to be measured.
import json
import logging
import os
import sys
import time

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # GLPK talks to standard output
logging.disable(logging.WARNING)
import cobra  # noqa: E402
from cobra.flux_analysis import flux_variability_analysis, pfba  # noqa: E402
from cobra.flux_analysis import single_gene_deletion, single_reaction_deletion  # noqa: E402

models = {}


def read(file):
    if file.endswith(".json"):
        return cobra.io.load_json_model(file)
    return cobra.io.read_sbml_model(file)


def model(file):
    if file not in models:
        models[file] = read(file)
        models[file].slim_optimize()
    return models[file]


def essential(model, deletions):
    threshold = 0.01 * model.slim_optimize()
    return sum(1 for g in deletions["growth"] if not g >= threshold)


def load(r):
    return lambda: len(read(r["file"]).reactions)


def cold(r):
    m = read(r["file"])  # the first optimization begins from nothing
    return lambda: m.optimize().objective_value


def warm(r):
    m = model(r["file"])
    reaction = m.reactions.get_by_id(r["reaction"])
    before = reaction.lower_bound

    def solve():
        total = 0.0
        for bound in r["bounds"]:
            reaction.lower_bound = bound
            total += m.slim_optimize()
        return total

    def answer(total):
        reaction.lower_bound = before
        return total

    return solve, answer


def genes(r):
    m = model(r["file"])
    return lambda: single_gene_deletion(m, processes=1), lambda d: essential(m, d)


def reactions(r):
    m = model(r["file"])
    return lambda: single_reaction_deletion(m, processes=1), lambda d: essential(m, d)


def fva(r):
    m = model(r["file"])
    # The sum of what all ranges reach says whether they are the same.
    return (
        lambda: flux_variability_analysis(m, fraction_of_optimum=r["fraction"], processes=1),
        lambda v: float((v["maximum"] - v["minimum"]).sum()),
    )


def parsimony(r):
    m = model(r["file"])
    return lambda: pfba(m).fluxes.abs().sum()


tasks = {"load": load, "cold": cold, "warm": warm, "genes": genes, "reactions": reactions, "fva": fva, "pfba": parsimony}

print(cobra.__version__, file=answers, flush=True)
for line in sys.stdin:
    request = json.loads(line)
    task = tasks[request["task"]](request)
    do, answer = task if isinstance(task, tuple) else (task, float)
    before = time.process_time()
    result = do()
    seconds = time.process_time() - before
    print(json.dumps({"seconds": seconds, "answer": float(answer(result))}), file=answers, flush=True)
