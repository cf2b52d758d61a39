def write_proof(leaf, row): pass
