# What package ratio compares with: Biopython. It reads a request in JSON from each
# line, and writes to a line how many seconds of processor time it took to read the
# file's records, and how many features they have.
import json
import sys
import time
import warnings

warnings.simplefilter("ignore")
import Bio  # noqa: E402
from Bio import SeqIO  # noqa: E402

print(Bio.__version__, flush=True)
for line in sys.stdin:
    file = json.loads(line)["file"]
    before = time.process_time()
    records = list(SeqIO.parse(file, "genbank"))
    seconds = time.process_time() - before
    print(json.dumps({"seconds": seconds, "answer": sum(len(r.features) for r in records)}), flush=True)
