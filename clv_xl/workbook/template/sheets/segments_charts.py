def write_ranking(leaf, row, slots): return row
